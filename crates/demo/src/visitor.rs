//! Who visits: a few regular customers, the first ones more often than the last.

use crate::chance::Chance;

/// One customer at one browser; the address stays the same from visit to visit.
#[derive(Debug, Clone)]
pub(crate) struct Visitor {
    pub(crate) user: &'static str,
    pub(crate) tenant: &'static str,
    pub(crate) agent: &'static str,
    pub(crate) address: String,
}

impl Visitor {
    pub(crate) fn draw(chance: &mut Chance) -> Self {
        let place = chance
            .below(CUSTOMERS.len() as u64)
            .min(chance.below(CUSTOMERS.len() as u64)) as usize;
        let (user, tenant) = CUSTOMERS[place];
        Self {
            user,
            tenant,
            agent: AGENTS[place % AGENTS.len()],
            address: format!("203.0.113.{}", 10 + 7 * place),
        }
    }

    /// Whether the shop shows this customer what it is still trying out.
    pub(crate) fn is_beta(&self) -> bool {
        self.tenant == "seongsu"
    }
}

/// Name and tenant: the shop is run for three stores.
const CUSTOMERS: [(&str, &str); 14] = [
    ("김민수", "seongsu"),
    ("이서연", "seongsu"),
    ("alice", "kreuzberg"),
    ("박지훈", "haeundae"),
    ("bjorn.lund", "kreuzberg"),
    ("최유진", "seongsu"),
    ("정하늘", "haeundae"),
    ("carol", "kreuzberg"),
    ("diego.ramos", "kreuzberg"),
    ("한소희", "haeundae"),
    ("윤도현", "seongsu"),
    ("erin", "kreuzberg"),
    ("fatima.z", "kreuzberg"),
    ("오세훈", "haeundae"),
];

const AGENTS: [&str; 5] = [
    "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/141.0.0.0 Safari/537.36",
    "Mozilla/5.0 (iPhone; CPU iPhone OS 18_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Mobile/15E148",
    "Mozilla/5.0 (X11; Linux x86_64; rv:143.0) Gecko/20100101 Firefox/143.0",
    "shop-app/5.2.1 (Android 15; SM-S931N)",
    "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.5 Safari/605.1.15",
];
