//! A reader who asks for a first page while documents are on their way. What was received before the page is on it or on
//! a later one, what was received after it is on none (`settled.md` 26, 28).

use std::future::Future;
use std::pin::Pin;
use std::task::Poll;

use bytes::Bytes;
use clock::{Clock, Timestamp};
use query::QueryError;
use wire::{GetTraceSummariesRequest, GetTraceSummariesResponse};

use crate::calls::texts;
use crate::fate::Fate;
use crate::model::Visible;
use crate::pages::{Pages, READERS_MAX, STALLED};
use crate::run::Run;
use crate::workload::Sendable;
use crate::world::told;

/// What a reader was answered in the midst of calls.
type Paged = Result<GetTraceSummariesResponse, QueryError>;

impl Run {
    /// Three calls, of which the last comes after someone has asked for a page and while the first is written.
    pub(crate) async fn put_among_readers(&mut self) -> Result<String, String> {
        // What is damaged is noticed now, and not by the reader.
        if self.damage.objects > 0 {
            self.look_to_its_end().await?;
        }
        let (ingest, leafing) = (
            self.world.open().ingest.clone(),
            self.world.open().leafing.clone(),
        );
        let quarantined = self.world.open().store.quarantined();
        let calls: Vec<Vec<Sendable>> = (0..3).map(|_| self.workload.call(self.fate.now())).collect();
        let sent: Vec<Vec<Bytes>> = calls.iter().map(|call| texts(call)).collect();
        let range_type = ["TraceId", "Event"][self.reader_chance.place(2)];
        let request = Pages::request(range_type, self.latest_moment());

        let mut puts: Vec<_> = sent.iter().map(|texts| Box::pin(ingest.put(texts))).collect();
        let mut page = Box::pin(leafing.trace_summaries(&request));
        let mut answers = vec![];
        self.fate.shut_gate();
        for put in puts.iter_mut().take(2) {
            answers.push(until_gate(&self.fate, put.as_mut()).await);
        }
        let paged = match futures::poll!(page.as_mut()) {
            Poll::Ready(paged) => Some(paged),
            Poll::Pending => None,
        };
        let is_early = paged.is_some() && answers.iter().any(Option::is_none);
        if let Some(put) = puts.last_mut() {
            answers.push(until_gate(&self.fate, put.as_mut()).await);
        }
        self.fate.open_gate();
        if is_early {
            return Err("a page did not wait for what had been received before it".to_owned());
        }
        let reading = async {
            match paged {
                Some(paged) => paged,
                None => page.await,
            }
        };
        let waiting = async {
            let mut answered = vec![];
            for (put, answer) in puts.into_iter().zip(answers) {
                answered.push(match answer {
                    Some(answer) => answer,
                    None => put.await,
                });
            }
            answered
        };
        let (paged, answers) = futures::join!(reading, waiting);
        let happened = self.all_answered(&calls, answers)?;
        let last = self.model.receipt_of_last(calls.last().map_or(0, Vec::len));
        self.keep_reader((request, paged), last, quarantined).await?;
        Ok(happened)
    }

    /// The later one of now and the latest receipt that is known.
    fn latest_moment(&self) -> Timestamp {
        let now = self.fate.now();
        self.model.latest_receipt().map_or(now, |latest| latest.max(now))
    }

    /// The reader goes on with later pages, as others do.
    async fn keep_reader(
        &mut self,
        (request, paged): (GetTraceSummariesRequest, Paged),
        last: Option<Timestamp>,
        quarantined: usize,
    ) -> Result<(), String> {
        let page = match paged {
            Ok(page) => page,
            Err(_) if self.fate.strikes() > 0 => return Ok(()),
            Err(error) => return Err(told("no page while documents come", &error)),
        };
        if self.fate.is_lost() {
            return Ok(());
        }
        let mut first = self.look_to_its_end().await?;
        if self.world.open().store.quarantined() != quarantined {
            return Ok(());
        }
        // Not before the page, since what failed may turn up after a restart with a receipt from before it.
        let limit = match last {
            Some(last) => last - NANOSECOND,
            None => self.latest_moment() + STALLED,
        };
        leave_out(&mut first, last);
        let mut pages = Pages::new(request, (first, limit), self.damage.objects);
        pages.quarantined = quarantined;
        pages.take(page, self.fate.now())?;
        self.fate.count("readers who began while documents came");
        // Those whose only page it was are checked at once, and so is whoever finds too many others.
        if pages.is_over() || self.pages.len() >= 2 * READERS_MAX {
            while self.turn(&mut pages).await? {}
        } else {
            self.pages.push(pages);
        }
        Ok(())
    }
}

/// Leaves out what was received at this moment.
fn leave_out(visible: &mut Visible, last: Option<Timestamp>) {
    for documents in visible.values_mut() {
        documents.retain(|received| Some(received.receipt) != last);
    }
    visible.retain(|_, documents| !documents.is_empty());
}

/// Goes on with a call until it is answered, or until a write waits at the gate: then it is on its way.
pub(crate) async fn until_gate<F: Future>(fate: &Fate, mut put: Pin<&mut F>) -> Option<F::Output> {
    loop {
        if let Poll::Ready(answer) = futures::poll!(put.as_mut()) {
            return Some(answer);
        }
        if fate.is_someone_at_gate() {
            return None;
        }
    }
}

const NANOSECOND: std::time::Duration = std::time::Duration::from_nanos(1);
