//! Pages over many traces while documents come in: nothing missed, nothing twice, progress that only grows.

use super::*;

/// A trace of one tiny segment. Ids are scattered, and many traces begin in the same second.
fn tiny(number: u64, name: &str, receipt: i64) -> Imported {
    let start = began(number);
    let (trace, id) = (number.wrapping_mul(0x9e37_79b9_7f4a_7c15), number + 1);
    let document = format!(
        r#"{{"trace_id":"1-6955b900-{trace:024x}","id":"{id:016x}","name":"{name}","start_time":{start},"end_time":{start}}}"#
    );
    Imported {
        receipt: Timestamp::from_seconds(receipt),
        document: document.into(),
    }
}

fn began(number: u64) -> i64 {
    START + i64::try_from(number % 997).expect("a small number")
}

/// A document that makes a trace begin earlier than everything else.
fn late(number: u64, receipt: i64) -> Imported {
    let trace = number.wrapping_mul(0x9e37_79b9_7f4a_7c15);
    let document = format!(
        r#"{{"trace_id":"1-6955b900-{trace:024x}","id":"ffff{number:012x}","name":"late","start_time":{START},"end_time":{}}}"#,
        START + 2_000
    );
    Imported {
        receipt: Timestamp::from_seconds(receipt),
        document: document.into(),
    }
}

/// One reader on its way through the pages.
struct Reader {
    request: GetTraceSummariesRequest,
    ids: Vec<String>,
    pages: Vec<GetTraceSummariesResponse>,
    is_done: bool,
}

impl Reader {
    /// Behind a first page.
    fn behind(first: &GetTraceSummariesResponse, request: &GetTraceSummariesRequest) -> Reader {
        let mut reader = Reader {
            request: request.clone(),
            ids: vec![],
            pages: vec![],
            is_done: false,
        };
        reader.take(first.clone());
        reader
    }

    fn take(&mut self, mut page: GetTraceSummariesResponse) {
        let summaries = std::mem::take(&mut page.trace_summaries).into_iter();
        self.ids.extend(summaries.map(|summary| summary.id));
        self.request.next_token = page.next_token.clone();
        self.is_done = page.next_token.is_none();
        self.pages.push(page);
    }

    /// `spec/trace-summaries.md` 4: what a bar of progress is drawn by.
    fn check_progress(&self, traces: u64) {
        let reached: Vec<f64> = self
            .pages
            .iter()
            .filter_map(|page| page.approximate_time)
            .collect();
        assert_eq!(reached.len(), self.pages.len());
        assert!(reached.windows(2).all(|pair| pair[1] <= pair[0]), "{reached:?}");
        assert_eq!(reached.last(), self.request.start_time.as_ref());
        let counts = self.pages.iter().map(|page| page.traces_processed_count);
        let counts: Vec<i64> = counts.map(|count| count.expect("a count")).collect();
        assert!(counts.iter().all(|count| *count > 0), "{counts:?}");
        assert_eq!(
            counts.iter().sum::<i64>(),
            i64::try_from(traces).expect("a small number")
        );
    }
}

/// settled.md 28, trace-summaries.md 4.
#[tokio::test(flavor = "multi_thread")]
async fn settled_28_pages_of_a_hundred_thousand_traces_miss_and_repeat_nothing_during_ingest() {
    let mut world = World::new().await;
    world.configure(|config| config.page_matches_max = (TRACES / 20) as usize);
    let all: Vec<u64> = (0..TRACES).collect();
    for some in all.chunks((TRACES / 10) as usize) {
        let documents: Vec<Imported> = some
            .iter()
            .map(|number| tiny(*number, "old", START + 1_000))
            .collect();
        world.import(&documents).await;
        world.cut().await;
    }
    let mut expected: Vec<(i64, String)> = all
        .iter()
        .map(|number| {
            let trace = number.wrapping_mul(0x9e37_79b9_7f4a_7c15);
            (-began(*number), format!("1-6955b900-{trace:024x}"))
        })
        .collect();
    expected.sort_unstable();
    let expected: Vec<String> = expected.into_iter().map(|(_, id)| id).collect();

    let request = window(START - 10, START + 10_000);
    let first = world.page(&request).await;
    let mut readers = [Reader::behind(&first, &request), Reader::behind(&first, &request)];
    for step in 0_u64.. {
        let [mine, yours] = &mut readers;
        let (one, other) = tokio::join!(
            world.query.trace_summaries(&mine.request),
            world.query.trace_summaries(&yours.request)
        );
        mine.take(one.expect("an answer"));
        yours.take(other.expect("an answer"));
        assert_eq!(mine.is_done, yours.is_done);
        if mine.is_done {
            break;
        }
        // New traces before and behind the place, and old ones that change: some read already, some not.
        let receipt = START + 1_100 + i64::try_from(step).expect("a small number");
        let new = (0..20).map(|number| tiny(TRACES + step * 20 + number, "new", receipt));
        let changed = (0..20).map(|number| late((step * 7_919 + number * 4_999) % TRACES, receipt));
        world.import(&new.chain(changed).collect::<Vec<_>>()).await;
        if step % 4 == 3 {
            world.cut().await;
        }
    }
    for reader in &readers {
        assert!(
            reader.ids == expected,
            "{} of {} traces in their order",
            reader.ids.len(),
            expected.len()
        );
        reader.check_progress(TRACES);
    }
}

/// In few pages: a page's size changes nothing of what is asked here.
const TRACES: u64 = 100_000;
