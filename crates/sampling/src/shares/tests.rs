//! The test vectors and the properties of `spec/sampling.md` 8.2.

use proptest::prelude::*;

use super::*;

fn normal(requests: f64) -> Demand {
    Demand {
        requests,
        only_borrows: false,
    }
}

fn divided(reservoir: u32, requests: &[f64], minute: i64) -> Vec<u32> {
    let demands: Vec<Demand> = requests.iter().map(|requests| normal(*requests)).collect();
    shares(reservoir, &demands, minute)
}

/// Reservoir, demands by client, and the shares in the minutes 0, 1, 2.
type Vector = (u32, &'static [f64], &'static [&'static [u32]]);

#[test]
fn section_8_2_the_test_vectors_hold() {
    let vectors: [Vector; 8] = [
        (10, &[50.0, 50.0], &[&[5, 5], &[5, 5]]),
        (10, &[50.0, 50.0, 50.0], &[&[3, 3, 4], &[4, 3, 3], &[3, 4, 3]]),
        (10, &[1.0, 40.0, 40.0], &[&[1, 4, 5], &[1, 4, 5], &[1, 5, 4]]),
        (50, &[3.0, 12.0], &[&[21, 29], &[20, 30]]),
        (
            2,
            &[9.0, 1.0, 9.0, 9.0],
            &[&[1, 1, 0, 0], &[0, 1, 1, 0], &[0, 0, 1, 1]],
        ),
        (7, &[2.4, 0.1, 30.0], &[&[3, 1, 3], &[3, 1, 3], &[3, 1, 3]]),
        (5, &[0.2], &[&[5]]),
        (0, &[9.0], &[&[0]]),
    ];
    for (reservoir, demands, by_minute) in vectors {
        for (minute, expected) in (0..).zip(by_minute) {
            let round = demands.len() as i64 * 1_000;
            assert_eq!(
                divided(reservoir, demands, round + minute),
                *expected,
                "{reservoir} {demands:?} m={minute}"
            );
        }
    }
}

#[test]
fn section_8_2_who_only_borrows_gets_one_and_no_spare_capacity() {
    let borrower = Demand {
        requests: 40.0,
        only_borrows: true,
    };
    assert_eq!(shares(10, &[borrower, normal(2.0), normal(40.0)], 0), [1, 2, 7]);
    assert_eq!(
        shares(10, &[borrower, normal(2.0), normal(2.0)], 0),
        [1, 5, 4],
        "the odd unit goes by turns"
    );
    assert_eq!(shares(10, &[borrower, normal(2.0), normal(2.0)], 2), [1, 4, 5]);
    assert_eq!(
        shares(10, &[borrower, borrower], 0),
        [1, 1],
        "nobody would use the rest"
    );
    assert_eq!(
        shares(1, &[borrower, normal(2.0)], 0),
        [1, 0],
        "below one each, everybody has his turn"
    );
}

#[test]
fn nobody_and_endless_demand_are_no_trouble() {
    assert!(shares(5, &[], 3).is_empty());
    assert_eq!(
        divided(u32::MAX, &[f64::INFINITY, f64::NAN], -1)
            .iter()
            .map(|share| u64::from(*share))
            .sum::<u64>(),
        u64::from(u32::MAX)
    );
}

proptest! {
    #[test]
    fn section_8_2_the_shares_add_up_to_the_reservoir(
        reservoir in 0..500u32, requests in prop::collection::vec(0.0..60.0, 1..40), borrowers in any::<u64>(), minute: i64,
    ) {
        let demands: Vec<Demand> = requests.iter().enumerate()
            .map(|(place, requests)| Demand { requests: *requests, only_borrows: place > 0 && borrowers >> place & 1 == 1 })
            .collect();
        let shares = shares(reservoir, &demands, minute);
        prop_assert_eq!(shares.iter().sum::<u32>(), reservoir);
    }

    #[test]
    fn section_8_2_scarce_capacity_is_divided_fairly(
        requests in prop::collection::vec(0.0..60.0, 1..40), part in 0.0..1.0, minute: i64,
    ) {
        let caps: Vec<u32> = requests.iter().map(|requests| normal(*requests).cap()).collect();
        let clients = caps.len() as u32;
        let reservoir = clients + ((caps.iter().sum::<u32>() - clients) as f64 * part) as u32;
        let shares = divided(reservoir, &requests, minute);
        let most = *shares.iter().max().expect("a client");
        for (share, cap) in shares.iter().zip(&caps) {
            prop_assert!(share <= cap);
            prop_assert!(share == cap || share + 1 >= most, "{} of {} where another has {}", share, cap, most);
        }
    }

    #[test]
    fn section_8_2_below_one_each_everybody_has_as_many_turns(clients in 2..30usize, part in 0.0..1.0, minute in 0..1_000_000i64) {
        let reservoir = (clients as f64 * part) as u32;
        let mut turns = vec![0; clients];
        for minute in (minute..).take(clients) {
            for (turn, share) in turns.iter_mut().zip(divided(reservoir, &vec![9.0; clients], minute)) {
                *turn += share;
            }
        }
        prop_assert!(turns.iter().all(|turn| *turn == reservoir));
    }
}
