//! What a visit asks for.

use crate::chance::Chance;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Route {
    Home,
    Product,
    Search,
    Cart,
    OrderStatus,
    PlaceOrder,
    /// The staff's sales report; the only one that does not come through the gateway.
    Report,
}

#[derive(Debug, Clone)]
pub(crate) struct Request {
    pub(crate) route: Route,
    pub(crate) method: &'static str,
    /// With the query, if there is one.
    pub(crate) path: String,
}

impl Request {
    pub(crate) fn draw(chance: &mut Chance) -> Self {
        let route = draw_route(chance);
        let (method, path) = match route {
            Route::Home => ("GET", "/".to_owned()),
            Route::Product => ("GET", format!("/products/{}", chance.pick(&SKUS))),
            Route::Search => ("GET", format!("/search?q={}", chance.pick(&WORDS))),
            Route::Cart => (
                chance.pick(&["POST", "POST", "PUT", "DELETE"]),
                format!("/cart/{}", chance.pick(&SKUS)),
            ),
            Route::OrderStatus => ("GET", format!("/orders/{}", order_id(chance))),
            Route::PlaceOrder => ("POST", "/orders".to_owned()),
            Route::Report => (
                "GET",
                format!("/reports/sales?days={}", chance.pick(&[1, 7, 7, 30])),
            ),
        };
        Self { route, method, path }
    }

    /// The last part of the path, without the query.
    pub(crate) fn subject(&self) -> &str {
        let path = self.path_without_query();
        path.rsplit_once('/').map_or(path, |(_, last)| last)
    }

    /// Client libraries leave the query out of the URL that they record.
    pub(crate) fn path_without_query(&self) -> &str {
        self.path
            .split_once('?')
            .map_or(self.path.as_str(), |(path, _)| path)
    }
}

pub(crate) fn order_id(chance: &mut Chance) -> String {
    format!("o-{}", chance.between(100_000, 999_999))
}

fn draw_route(chance: &mut Chance) -> Route {
    match chance.below(100) {
        0..18 => Route::Home,
        18..48 => Route::Product,
        48..60 => Route::Search,
        60..72 => Route::Cart,
        72..80 => Route::OrderStatus,
        80..98 => Route::PlaceOrder,
        _ => Route::Report,
    }
}

/// What the shop sells.
pub(crate) const SKUS: [&str; 12] = [
    "mug-blue",
    "mug-celadon",
    "tee-moon-m",
    "tee-moon-l",
    "lamp-arc",
    "lamp-paper",
    "chair-oak",
    "tray-najeon",
    "notebook-a5",
    "pen-brass",
    "socks-tiger",
    "apron-linen",
];

/// What people search for; the fourth is a mug, the fifth a lamp, in Korean.
const WORDS: [&str; 6] = [
    "mug",
    "lamp",
    "gift",
    "%EB%A8%B8%EA%B7%B8%EC%BB%B5",
    "%EC%A1%B0%EB%AA%85",
    "socks",
];
