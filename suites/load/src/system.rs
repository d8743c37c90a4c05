//! The sample system: fifteen services and fourteen endpoints, and what each endpoint makes them do.

/// A service, which sends one document for each call that it serves.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Service {
    pub(crate) name: &'static str,
    pub(crate) origin: &'static str,
    pub(crate) sdk: &'static str,
    /// Which of the machines it runs on.
    pub(crate) machine: usize,
}

/// A request that visitors make.
#[derive(Debug)]
pub(crate) struct Endpoint {
    pub(crate) method: &'static str,
    pub(crate) path: &'static str,
    /// Its share of all requests, in thousandths.
    pub(crate) share: u32,
    pub(crate) served_by: Call,
}

/// One service serves one call.
#[derive(Debug)]
pub(crate) struct Call {
    pub(crate) service: &'static Service,
    pub(crate) steps: &'static [Step],
}

/// What a service does while it serves; each is a subsegment.
#[derive(Debug)]
pub(crate) enum Step {
    /// Its own code, with the median of its duration in microseconds.
    Own(&'static str, u32),
    /// An operation on a table.
    Table(&'static str, &'static str),
    /// A statement on a database.
    Sql(&'static str, &'static str),
    /// A command to a cache or another server that sends no documents.
    Remote(&'static str, u32),
    /// A call that another service serves.
    Call(Call),
}

const fn service(name: &'static str, origin: &'static str, sdk: &'static str, machine: usize) -> Service {
    Service {
        name,
        origin,
        sdk,
        machine,
    }
}

const fn call(service: &'static Service, steps: &'static [Step]) -> Step {
    Step::Call(Call { service, steps })
}

const fn endpoint(method: &'static str, path: &'static str, share: u32, steps: &'static [Step]) -> Endpoint {
    Endpoint {
        method,
        path,
        share,
        served_by: Call {
            service: &GATEWAY,
            steps,
        },
    }
}

const CONTAINER: &str = "AWS::ECS::Container";
const INSTANCE: &str = "AWS::EC2::Instance";
const PYTHON: &str = "X-Ray for Python";
const NODE: &str = "X-Ray for Node.js";
const JAVA: &str = "X-Ray for Java";
const GO: &str = "X-Ray for Go";

static GATEWAY: Service = service("gateway", CONTAINER, GO, 0);
static WEB: Service = service("web", CONTAINER, NODE, 1);
static CATALOG: Service = service("catalog", CONTAINER, JAVA, 2);
static SEARCH: Service = service("search", INSTANCE, JAVA, 3);
static PRICING: Service = service("pricing", CONTAINER, GO, 0);
static INVENTORY: Service = service("inventory", CONTAINER, JAVA, 1);
static CART: Service = service("cart", CONTAINER, NODE, 2);
static ORDERS: Service = service("orders", INSTANCE, JAVA, 3);
static PAYMENTS: Service = service("payments", INSTANCE, JAVA, 0);
static ACCOUNTS: Service = service("accounts", CONTAINER, PYTHON, 1);
static REVIEWS: Service = service("reviews", CONTAINER, PYTHON, 2);
static SHIPPING: Service = service("shipping", CONTAINER, GO, 3);
static NOTIFICATIONS: Service = service("notifications", CONTAINER, PYTHON, 0);
static RECOMMENDATIONS: Service = service("recommendations", INSTANCE, PYTHON, 1);
static REPORTS: Service = service("reports", INSTANCE, PYTHON, 2);

/// So many machines there are, each with a daemon of its own.
pub(crate) const MACHINES: usize = 4;

use Step::{Own, Remote, Sql, Table};

/// Every endpoint of the system. The shares add up to 1000.
pub(crate) static ENDPOINTS: [Endpoint; 14] = [
    endpoint(
        "GET",
        "/",
        180,
        &[call(
            &WEB,
            &[
                Own("render", 9_000),
                call(
                    &RECOMMENDATIONS,
                    &[Table("GetItem", "recommendations"), Own("rank", 3_000)],
                ),
            ],
        )],
    ),
    endpoint(
        "GET",
        "/products/",
        150,
        &[call(
            &CATALOG,
            &[
                Table("GetItem", "products"),
                call(&PRICING, &[Remote("price-cache", 600)]),
                call(
                    &INVENTORY,
                    &[Sql("stock@db", "SELECT quantity FROM stock WHERE product_id = ?")],
                ),
            ],
        )],
    ),
    endpoint(
        "GET",
        "/search",
        170,
        &[call(
            &SEARCH,
            &[
                Own("parse", 300),
                Remote("search-index", 24_000),
                Own("rank", 2_500),
                Table("BatchGetItem", "products"),
            ],
        )],
    ),
    endpoint(
        "GET",
        "/cart",
        100,
        &[call(
            &CART,
            &[
                Table("GetItem", "carts"),
                call(&PRICING, &[Remote("price-cache", 600), Own("add up", 200)]),
            ],
        )],
    ),
    endpoint(
        "POST",
        "/cart/items",
        70,
        &[call(
            &CART,
            &[
                Table("GetItem", "carts"),
                call(
                    &INVENTORY,
                    &[Sql("stock@db", "SELECT quantity FROM stock WHERE product_id = ?")],
                ),
                Table("PutItem", "carts"),
            ],
        )],
    ),
    endpoint(
        "POST",
        "/orders",
        40,
        &[call(
            &ORDERS,
            &[
                Own("validate", 1_200),
                Sql(
                    "orders@db",
                    "INSERT INTO orders (id, customer_id, total, state) VALUES (?, ?, ?, ?)",
                ),
                call(
                    &PAYMENTS,
                    &[
                        Sql(
                            "payments@db",
                            "INSERT INTO payments (order_id, amount) VALUES (?, ?)",
                        ),
                        Remote("bank.example.com", 180_000),
                    ],
                ),
                call(
                    &INVENTORY,
                    &[Sql(
                        "stock@db",
                        "UPDATE stock SET quantity = quantity - ? WHERE product_id = ?",
                    )],
                ),
                call(
                    &NOTIFICATIONS,
                    &[Own("compose", 2_000), Remote("mail.example.com", 40_000)],
                ),
            ],
        )],
    ),
    endpoint(
        "GET",
        "/orders/",
        60,
        &[call(
            &ORDERS,
            &[
                Sql(
                    "orders@db",
                    "SELECT * FROM orders WHERE id = ? AND customer_id = ?",
                ),
                call(
                    &SHIPPING,
                    &[Sql(
                        "parcels@db",
                        "SELECT state, place FROM parcels WHERE order_id = ?",
                    )],
                ),
            ],
        )],
    ),
    endpoint(
        "GET",
        "/orders",
        40,
        &[call(
            &ORDERS,
            &[
                Sql(
                    "orders@db",
                    "SELECT id, state, total FROM orders WHERE customer_id = ? ORDER BY id DESC LIMIT 20",
                ),
                Table("GetItem", "sessions"),
                Own("print", 900),
            ],
        )],
    ),
    endpoint(
        "POST",
        "/login",
        60,
        &[call(
            &ACCOUNTS,
            &[
                Sql("accounts@db", "SELECT id, secret FROM accounts WHERE address = ?"),
                Own("hash", 55_000),
                Table("PutItem", "sessions"),
                Own("sign", 800),
            ],
        )],
    ),
    endpoint(
        "GET",
        "/account",
        40,
        &[call(
            &ACCOUNTS,
            &[
                Table("GetItem", "sessions"),
                Own("print", 700),
                Sql(
                    "accounts@db",
                    "SELECT name, address, language FROM accounts WHERE id = ?",
                ),
            ],
        )],
    ),
    endpoint(
        "GET",
        "/reviews/",
        50,
        &[call(
            &REVIEWS,
            &[
                Table("Query", "reviews"),
                call(&ACCOUNTS, &[Remote("account-cache", 500)]),
            ],
        )],
    ),
    endpoint(
        "POST",
        "/reviews/",
        15,
        &[call(
            &REVIEWS,
            &[
                call(&ACCOUNTS, &[Remote("account-cache", 500)]),
                Own("screen", 14_000),
                Table("PutItem", "reviews"),
                call(&NOTIFICATIONS, &[Remote("mail.example.com", 40_000)]),
            ],
        )],
    ),
    endpoint(
        "POST",
        "/parcels/",
        15,
        &[call(
            &SHIPPING,
            &[
                Sql(
                    "parcels@db",
                    "UPDATE parcels SET state = ?, place = ? WHERE id = ?",
                ),
                call(
                    &NOTIFICATIONS,
                    &[Own("compose", 2_000), Remote("mail.example.com", 40_000)],
                ),
            ],
        )],
    ),
    endpoint(
        "GET",
        "/reports/daily",
        10,
        &[call(
            &REPORTS,
            &[
                Sql(
                    "orders@db",
                    "SELECT day, COUNT(*), SUM(total) FROM orders WHERE day >= ? GROUP BY day",
                ),
                Own("draw", 1_300_000),
                Table("PutItem", "reports"),
            ],
        )],
    ),
];

#[cfg(test)]
mod tests {
    use super::*;

    static SERVICES: [&Service; 15] = [
        &GATEWAY,
        &WEB,
        &CATALOG,
        &SEARCH,
        &PRICING,
        &INVENTORY,
        &CART,
        &ORDERS,
        &PAYMENTS,
        &ACCOUNTS,
        &REVIEWS,
        &SHIPPING,
        &NOTIFICATIONS,
        &RECOMMENDATIONS,
        &REPORTS,
    ];

    #[test]
    fn the_shares_of_the_endpoints_make_a_whole() {
        assert_eq!(
            ENDPOINTS.iter().map(|endpoint| endpoint.share).sum::<u32>(),
            1_000
        );
    }

    #[test]
    fn every_service_serves_some_endpoint() {
        fn collect(call: &Call, served: &mut Vec<&'static str>) {
            served.push(call.service.name);
            for step in call.steps {
                if let Step::Call(inner) = step {
                    collect(inner, served);
                }
            }
        }
        let mut served = vec![];
        ENDPOINTS
            .iter()
            .for_each(|endpoint| collect(&endpoint.served_by, &mut served));
        for service in SERVICES {
            assert!(served.contains(&service.name), "{}", service.name);
        }
    }
}
