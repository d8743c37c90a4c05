//! Which limits hold: few by default, all of AWS's with `--aws-limits` (`settled.md` 19). They are told to each part at
//! the start; nobody else asks which they are. Request shapes are AWS's in any case, and stand where they are checked.

use std::time::Duration;

use api::ApiLimits;
use clock::Rate;
use ingest::{IngestConfig, TraceLimits};
use query::{AnnotationLimits, QueryConfig};
use settings::SettingsLimits;

/// The limits of all parts.
#[derive(Debug, Clone)]
pub(crate) struct Quotas {
    documents_rate: Rate,
    traces: Option<TraceLimits>,
    annotations: Option<AnnotationLimits>,
    page_traces_max: Option<usize>,
    /// How long traces may be kept; no bound where there is none.
    pub(crate) retention_max: Option<Duration>,
    pub(crate) settings: SettingsLimits,
    pub(crate) api: ApiLimits,
}

impl Quotas {
    /// What Roentgen holds to by itself.
    pub(crate) fn usual() -> Quotas {
        Quotas {
            documents_rate: Rate::Unlimited,
            traces: None,
            annotations: None,
            page_traces_max: None,
            retention_max: None,
            settings: SettingsLimits::default(),
            api: ApiLimits::default(),
        }
    }

    /// AWS's numbers (`spec/api.md` 5, `spec/segment-documents.md` 1 and 4.6, `spec/sampling.md` 3 and 5.1,
    /// `spec/trace-summaries.md` 4).
    pub(crate) fn aws() -> Quotas {
        Quotas {
            documents_rate: Rate::PerSecond(2_600),
            traces: Some(TraceLimits {
                bytes_max: 500_000,
                age_max: Duration::from_secs(7 * DAY_SECONDS),
                segment_links_max: 20,
                links_max: 100,
            }),
            annotations: Some(AnnotationLimits {
                keys_max: 50,
                key_characters_max: 500,
                text_characters_max: 1_000,
            }),
            page_traces_max: Some(1_000),
            retention_max: Some(Duration::from_secs(30 * DAY_SECONDS)),
            settings: SettingsLimits {
                groups_max: 25,
                rules_max: 25,
            },
            api: ApiLimits {
                reads_rate: Rate::PerSecond(50),
                settings_rate: Rate::PerSecond(10),
                telemetry_rate: Rate::PerSecond(20),
                sampling_reports_max: 25,
                ..ApiLimits::default()
            },
        }
    }

    /// What the write path obeys.
    pub(crate) fn ingest(&self) -> IngestConfig {
        IngestConfig {
            documents_rate: self.documents_rate,
            traces: self.traces.clone(),
            ..IngestConfig::default()
        }
    }

    /// What the read path obeys.
    pub(crate) fn query(&self, account_id: &str) -> QueryConfig {
        let usual = QueryConfig::new(account_id.to_owned());
        QueryConfig {
            annotations: self.annotations.clone(),
            page_traces_max: self.page_traces_max.unwrap_or(usual.page_traces_max),
            ..usual
        }
    }
}

const DAY_SECONDS: u64 = 86_400;

#[cfg(test)]
mod tests {
    use super::*;

    /// settled.md 19 and 29.
    #[test]
    fn settled_19_by_default_there_are_no_rates_and_no_sizes() {
        let (ingest, query) = (Quotas::usual().ingest(), Quotas::usual().query("1"));
        assert_eq!((ingest.documents_rate, ingest.traces), (Rate::Unlimited, None));
        assert_eq!((query.page_traces_max, query.annotations), (100_000, None));
        assert_eq!(Quotas::usual().settings.groups_max, usize::MAX);
    }

    #[test]
    fn settled_29_a_page_judges_a_thousand_traces_under_the_limits_of_aws() {
        let query = Quotas::aws().query("1");
        assert_eq!((query.page_traces_max, query.page_matches_max), (1_000, 100));
    }
}
