//! GetServiceGraph and GetTraceGraph (`spec/service-graph.md` 4).

use document::TraceId;
use service_graph::{GraphSum, Selection, Window};
use trace::Trace;
use wire::{
    Constraints, GetServiceGraphRequest, GetServiceGraphResponse, GetTraceGraphRequest,
    GetTraceGraphResponse, refusals, required,
};

use crate::printed::{Times, services_of};
use crate::scopes::check_lengths;
use crate::window::bounds_of;
use crate::{Query, QueryError};

impl Query {
    /// The graph of what was received in a window of seconds, both inclusive, as it was known at its end; of all traces
    /// or those of a group.
    ///
    /// # Errors
    /// [`QueryError::Refused`] for a bad window, an unknown group, or a token.
    pub async fn service_graph(
        &self,
        request: &GetServiceGraphRequest,
    ) -> Result<GetServiceGraphResponse, QueryError> {
        let mut constraints = Constraints::new();
        constraints.required("startTime", &request.start_time);
        constraints.required("endTime", &request.end_time);
        check_lengths(&mut constraints, &request.group_name, &request.group_arn);
        constraints.check()?;
        let (start, end) = bounds_of(&request.start_time, &request.end_time)?;
        if end.nanos_since(start) > GRAPH_NANOS_MAX {
            return Err(QueryError::invalid(refusals::GRAPH_TOO_LONG));
        }
        if request.next_token.is_some() {
            return Err(QueryError::invalid(refusals::TOKEN_NOT_SUPPORTED));
        }
        let (name, arn) = (request.group_name.as_deref(), request.group_arn.as_deref());
        let traces = self.traces_of(name, arn).await?;
        let window = Window::until(start.seconds(), end.seconds());
        let empty = GraphSum::new(&self.config.account_id);
        let summed = self.sum_of(&traces, window, empty).await?;
        let mut graph = summed.sum.graph();
        graph.keep_busiest(self.config.graph_nodes_max);
        let first = graph.nodes.values().map(|node| node.first_second).min();
        let last = graph.nodes.values().map(|node| node.last_second).max();
        Ok(GetServiceGraphResponse {
            start_time: first.map(|second| second as f64),
            end_time: last.map(|second| second as f64),
            services: services_of(&graph, Times::Shown),
            contains_old_group_versions: summed.has_old_members,
            next_token: None,
        })
    }

    /// The graph of one trace; empty while its root runs.
    ///
    /// # Errors
    /// [`QueryError::Refused`] unless exactly one known trace is named.
    pub async fn trace_graph(
        &self,
        request: &GetTraceGraphRequest,
    ) -> Result<GetTraceGraphResponse, QueryError> {
        if request.next_token.is_some() {
            return Err(QueryError::invalid(refusals::TOKEN_NOT_SUPPORTED));
        }
        let id = match required(&request.trace_ids, "traceIds")?.as_slice() {
            [] => return Err(QueryError::invalid(refusals::GRAPH_WITHOUT_ID)),
            [id] => id
                .parse::<TraceId>()
                .map_err(|_| QueryError::invalid(refusals::GRAPH_ID_MALFORMED))?,
            [_, _, ..] => return Err(QueryError::invalid(refusals::GRAPH_OF_SEVERAL)),
        };
        let documents = self.documents(id).await?;
        if documents.is_empty() {
            return Err(QueryError::invalid(refusals::GRAPH_ID_UNKNOWN));
        }
        let roots = self.store.counting().roots;
        let trace = Trace::assemble(id, documents).with_roots(roots);
        let mut sum = GraphSum::new(&self.config.account_id);
        if trace.root().is_none_or(|root| root.is_complete()) {
            sum.add_trace(&trace, Selection::Whole);
        }
        let mut graph = sum.graph();
        graph.keep_busiest(self.config.graph_nodes_max);
        Ok(GetTraceGraphResponse {
            services: services_of(&graph, Times::Hidden),
            next_token: None,
        })
    }
}

const GRAPH_NANOS_MAX: i64 = 21_600 * 1_000_000_000;
