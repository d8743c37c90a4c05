//! How often numbers occurred, so that what was added can be taken back.

/// How often each of some numbers occurred. Signed, since what was added can be taken back.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Multiset {
    /// Numbers with their counts. INVARIANT: ascending, none twice, no count of 0.
    counts: Vec<(i64, i64)>,
}

impl Multiset {
    /// Adds a number so many times; a negative number of times takes it back.
    pub fn add(&mut self, number: i64, times: i64) {
        match self.place_of(number) {
            Ok(place) => {
                self.counts[place].1 += times;
                // What was taken back leaves nothing behind.
                if self.counts[place].1 == 0 {
                    self.counts.remove(place);
                }
            }
            Err(place) if times != 0 => self.counts.insert(place, (number, times)),
            Err(_) => {}
        }
    }

    /// Adds everything that the other one holds so many times.
    pub fn add_all(&mut self, other: &Multiset, times: i64) {
        let added = other
            .counts
            .iter()
            .map(|(number, count)| (*number, count * times));
        if other.counts.len() < FEW {
            added.for_each(|(number, times)| self.add(number, times));
            return;
        }
        let known = std::mem::take(&mut self.counts);
        self.counts.reserve_exact(known.len() + other.counts.len());
        let (mut known, mut added) = (known.into_iter().peekable(), added.peekable());
        loop {
            let (number, count) = match (known.peek(), added.peek()) {
                (Some(one), Some(two)) if one.0 == two.0 => (one.0, one.1 + two.1),
                (Some(one), Some(two)) if one.0 < two.0 => *one,
                (Some(one), None) => *one,
                (_, Some(two)) => *two,
                (None, None) => break,
            };
            known.next_if(|one| one.0 == number);
            added.next_if(|two| two.0 == number);
            if count != 0 {
                self.counts.push((number, count));
            }
        }
    }

    /// Every number that occurred with its count, ascending; no count is 0.
    pub fn iter(&self) -> impl ExactSizeIterator<Item = (i64, i64)> + DoubleEndedIterator + Clone {
        self.counts.iter().copied()
    }

    /// How many different numbers there are.
    pub fn len(&self) -> usize {
        self.counts.len()
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.counts.is_empty()
    }

    /// Most numbers come in their order.
    fn place_of(&self, number: i64) -> Result<usize, usize> {
        match self.counts.last() {
            Some(last) if last.0 < number => Err(self.counts.len()),
            _ => self.counts.binary_search_by_key(&number, |(known, _)| *known),
        }
    }
}

/// So few are put in one by one.
const FEW: usize = 4;
