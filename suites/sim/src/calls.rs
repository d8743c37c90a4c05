//! Calls of those who send documents, and what their answers mean.

use std::time::Duration;

use bytes::Bytes;
use clock::Clock;
use document::Unprocessed;
use ingest::{Imported, PutError};
use journal::AppendError;

use crate::meanwhile::until_gate;
use crate::model::Standing;
use crate::run::Run;
use crate::workload::Sendable;
use crate::world::told;

impl Run {
    pub(crate) async fn put(&mut self) -> Result<String, String> {
        let call = self.workload.call(self.fate.now());
        let answer = self
            .world
            .open()
            .ingest
            .put(&texts(&call))
            .await
            .map(|refused| refused.len());
        let told = self.answered(&call, answer)?;
        self.model
            .check_received_after(call.len(), self.groups.latest_change())?;
        Ok(told)
    }

    /// Three calls, of which the second and third wait while the first is written: one sync for both.
    pub(crate) async fn put_together(&mut self) -> Result<String, String> {
        let calls: Vec<Vec<Sendable>> = (0..3).map(|_| self.workload.call(self.fate.now())).collect();
        let sent: Vec<Vec<Bytes>> = calls.iter().map(|call| texts(call)).collect();
        let ingest = self.world.open().ingest.clone();
        let mut puts: Vec<_> = sent.iter().map(|texts| Box::pin(ingest.put(texts))).collect();
        let mut answers = [None, None, None];
        self.fate.shut_gate();
        for (place, put) in puts.iter_mut().enumerate() {
            answers[place] = until_gate(&self.fate, put.as_mut()).await;
        }
        self.fate.open_gate();
        let mut answered = vec![];
        for (put, answer) in puts.into_iter().zip(answers) {
            answered.push(match answer {
                Some(answer) => answer,
                None => put.await,
            });
        }
        self.all_answered(&calls, answered)
    }

    /// Takes note of what the senders of some calls were told.
    pub(crate) fn all_answered(
        &mut self,
        calls: &[Vec<Sendable>],
        answers: Vec<Result<Vec<Unprocessed>, PutError>>,
    ) -> Result<String, String> {
        let mut happened = String::new();
        for (call, answer) in calls.iter().zip(answers) {
            let (standing, how) = self.judged(answer.map(|refused| refused.len()))?;
            self.model.send(call, standing);
            happened = format!("{happened}{} documents {how}; ", call.len());
        }
        self.model.note_live(&calls.concat(), &self.world.open().ingest)?;
        self.model.check_placed()?;
        Ok(happened)
    }

    pub(crate) async fn import(&mut self) -> Result<String, String> {
        let call = self.workload.call(self.fate.now());
        let now = self.fate.now();
        let imported: Vec<Imported> = call
            .iter()
            .map(|document| Imported {
                receipt: now - Duration::from_millis(self.chance.below(3 * 86_400_000)),
                document: document.text.clone(),
            })
            .collect();
        let answer = self
            .world
            .open()
            .ingest
            .import(&imported)
            .await
            .map(|refused| refused.len());
        self.answered(&call, answer)
    }

    pub(crate) async fn offer(&mut self) -> Result<String, String> {
        let call = self.workload.call(self.fate.now());
        let open = self.world.open();
        open.ingest.offer(&texts(&call)).await;
        let (done, answered) = futures::channel::oneshot::channel();
        let barrier = Box::new(move |_| {
            // Whoever waits for it is still there.
            let _ = done.send(());
        });
        if open.journal.submit(vec![], barrier).is_ok() {
            answered
                .await
                .map_err(|_| "the journal did not answer".to_owned())?;
        }
        self.model.send(&call, Standing::Unknown);
        self.model.note_live(&call, &self.world.open().ingest)?;
        Ok(format!("offered {}", call.len()))
    }

    /// Takes note of what a sender was told.
    fn answered(&mut self, call: &[Sendable], answer: Result<usize, PutError>) -> Result<String, String> {
        let (standing, how) = self.judged(answer)?;
        self.model.send(call, standing);
        if standing == Standing::Acknowledged {
            self.model.note_live(call, &self.world.open().ingest)?;
            self.model.check_placed()?;
        }
        Ok(format!("{} documents {how}", call.len()))
    }

    /// What an answer means, and a word for it.
    pub(crate) fn judged(
        &mut self,
        answer: Result<usize, PutError>,
    ) -> Result<(Standing, &'static str), String> {
        let is_disturbed = self.fate.strikes() > 0 || self.is_poisoned;
        let judged = match answer {
            Ok(0) if self.is_poisoned => {
                return Err("something was acknowledged after a failed sync".to_owned());
            }
            Ok(0) => (Standing::Acknowledged, "acknowledged"),
            Ok(refused) => return Err(format!("{refused} documents were refused")),
            Err(PutError::Full) => (Standing::Refused, "refused: full"),
            Err(PutError::Storage(AppendError::Poisoned { .. })) if is_disturbed => {
                (Standing::Unknown, "refused: poisoned")
            }
            Err(PutError::Storage(AppendError::TooLarge { .. })) => (Standing::Refused, "refused: too large"),
            Err(PutError::Storage(_)) if is_disturbed => (Standing::Unknown, "failed"),
            Err(error) => return Err(told("a call failed without a reason", &error)),
        };
        self.fate.count(&format!("calls {}", judged.1));
        Ok(judged)
    }
}

pub(crate) fn texts(call: &[Sendable]) -> Vec<Bytes> {
    call.iter().map(|document| document.text.clone()).collect()
}
