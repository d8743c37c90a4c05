//! Who stands where documents contest one another; the rules stand in the module above.

use std::collections::VecDeque;

/// Who contests whom, both ways.
pub(super) struct Contests {
    contested_by: Vec<Vec<usize>>,
    contests: Vec<Vec<usize>>,
    /// How many contesters of a document have not lost.
    open: Vec<usize>,
    /// How often a contest was looked at: what deciding costs.
    pub(super) looked_at: usize,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Fate {
    Open,
    Stands,
    Lost,
}

impl Contests {
    /// `pairs` are (contester, contested); all are candidates.
    pub(super) fn new(pairs: &[(usize, usize)], documents: usize) -> Contests {
        let mut contests = Contests {
            contested_by: vec![vec![]; documents],
            contests: vec![vec![]; documents],
            open: vec![0; documents],
            looked_at: 0,
        };
        for (contester, contested) in pairs {
            contests.contested_by[*contested].push(*contester);
            contests.contests[*contester].push(*contested);
            contests.open[*contested] += 1;
        }
        contests
    }

    /// Takes away the candidates that lose. `key` orders those that contest one another in a circle.
    pub(super) fn decide<K: Ord>(&mut self, is_standing: &mut [bool], key: impl Fn(usize) -> K) {
        let mut fates: Vec<Fate> = is_standing
            .iter()
            .map(|stands| if *stands { Fate::Open } else { Fate::Lost })
            .collect();
        let undecided = |fates: &[Fate], document: &usize| fates[*document] == Fate::Open;
        let uncontested = (0..fates.len()).filter(|document| self.open[*document] == 0);
        let uncontested: Vec<_> = uncontested
            .filter(|document| undecided(&fates, document))
            .collect();
        self.settle(uncontested, &mut fates);
        let mut circles: Vec<_> = (0..fates.len())
            .filter(|document| undecided(&fates, document))
            .collect();
        circles.sort_by_key(|document| key(*document));
        for first in circles {
            if undecided(&fates, &first) {
                self.settle(vec![first], &mut fates);
            }
        }
        for (stands, fate) in is_standing.iter_mut().zip(fates) {
            *stands = fate == Fate::Stands;
        }
    }

    /// Lets these stand, and decides whatever follows from it.
    fn settle(&mut self, standing: Vec<usize>, fates: &mut [Fate]) {
        let mut ready = VecDeque::from(standing);
        while let Some(document) = ready.pop_front() {
            if fates[document] != Fate::Open {
                continue;
            }
            fates[document] = Fate::Stands;
            // Its contesters have lost already, unless it was chosen from a circle.
            let enemies = self.contests[document].iter().chain(&self.contested_by[document]);
            let lost: Vec<usize> = enemies.copied().collect();
            self.looked_at += lost.len();
            for enemy in lost {
                if fates[enemy] == Fate::Open {
                    fates[enemy] = Fate::Lost;
                    self.lose(enemy, &mut ready);
                }
            }
        }
    }

    fn lose(&mut self, document: usize, ready: &mut VecDeque<usize>) {
        for contested in &self.contests[document] {
            self.looked_at += 1;
            self.open[*contested] -= 1;
            if self.open[*contested] == 0 {
                ready.push_back(*contested);
            }
        }
    }
}
