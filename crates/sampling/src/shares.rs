//! How the reservoir of a rule is divided over its clients: fair to the unit, nothing left over
//! (`spec/sampling.md` 8.2).
//!
//! First every client gets its demand or an equal part of what is there, whichever is less; then what is left is
//! spread evenly. The odd units go to other clients each minute.
//! INVARIANT: the result depends on nothing but the reservoir, the demands, their order and the minute.

/// What is known of one client of a rule.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Demand {
    /// Requests each second.
    pub(crate) requests: f64,
    /// Whether the client never uses a quota and borrows one request a second for ever, as one SDK does.
    pub(crate) only_borrows: bool,
}

impl Demand {
    /// The most that the client is given before everybody has enough.
    fn cap(&self) -> u32 {
        if self.only_borrows {
            1
        } else {
            (self.requests.ceil() as u32).max(1)
        }
    }
}

/// What each client may record a second, in the order of `demands`, which is the ascending order of client ids.
/// `minute` counts from the epoch.
///
/// The sum is `reservoir`, unless all clients only borrow.
pub(crate) fn shares(reservoir: u32, demands: &[Demand], minute: i64) -> Vec<u32> {
    let mut shares = vec![0; demands.len()];
    let turn = rotation(demands.len(), minute);
    if (reservoir as usize) < demands.len() {
        turn.iter()
            .take(reservoir as usize)
            .for_each(|client| give(&mut shares, *client, 1));
        return shares;
    }
    let left = give_demanded(reservoir, demands, &turn, &mut shares);
    spread_rest(left, demands, &turn, &mut shares);
    shares
}

/// The places of all clients, beginning with the one whose turn it is in this minute.
fn rotation(clients: usize, minute: i64) -> Vec<usize> {
    let first = i64::try_from(clients).map_or(0, |clients| minute.rem_euclid(clients.max(1)));
    let first = usize::try_from(first).unwrap_or_default();
    (first..clients).chain(0..first).collect()
}

/// Phase 1: equal parts, but never above the demand; those who want least are served first. Returns what is left.
fn give_demanded(reservoir: u32, demands: &[Demand], turn: &[usize], shares: &mut [u32]) -> u32 {
    let mut waiting: Vec<(u32, usize)> = turn
        .iter()
        .filter_map(|client| Some((demands.get(*client)?.cap(), *client)))
        .collect();
    waiting.sort_by_key(|(cap, _)| *cap);
    let mut left = reservoir;
    for ((cap, client), unserved) in waiting.into_iter().zip((1..=demands.len()).rev()) {
        let share = cap.min(equal_part(left, unserved));
        give(shares, client, share);
        left -= share;
    }
    left
}

/// Phase 2: what nobody demanded, in equal parts; those who only borrow would waste theirs.
fn spread_rest(left: u32, demands: &[Demand], turn: &[usize], shares: &mut [u32]) {
    let uses_quota = |client: &&usize| demands.get(**client).is_some_and(|demand| !demand.only_borrows);
    let takers: Vec<usize> = turn.iter().filter(uses_quota).copied().collect();
    let part = equal_part(left, takers.len());
    let odd = (left as usize).checked_rem(takers.len()).unwrap_or_default();
    for (place, client) in takers.into_iter().enumerate() {
        give(shares, client, part + u32::from(place < odd));
    }
}

fn equal_part(of: u32, clients: usize) -> u32 {
    (of as usize)
        .checked_div(clients)
        .and_then(|part| u32::try_from(part).ok())
        .unwrap_or_default()
}

fn give(shares: &mut [u32], client: usize, share: u32) {
    if let Some(known) = shares.get_mut(client) {
        *known += share;
    }
}

#[cfg(test)]
mod tests;
