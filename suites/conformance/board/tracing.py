"""One segment per request, as the SDK's own middleware for other frameworks makes it."""

from aws_xray_sdk.core.models import http
from aws_xray_sdk.ext.util import (
    calculate_sampling_decision,
    calculate_segment_name,
    construct_xray_header,
    prepare_response_header,
)


class TracingMiddleware:
    def __init__(self, recorder):
        self._recorder = recorder

    def process_request(self, request, _):
        header = construct_xray_header({http.XRAY_HEADER: request.get_header(http.XRAY_HEADER)})
        name = calculate_segment_name(request.host, self._recorder)
        decision = calculate_sampling_decision(
            trace_header=header,
            recorder=self._recorder,
            sampling_req={
                "host": request.host,
                "method": request.method,
                "path": request.path,
                "service": name,
            },
        )
        segment = self._recorder.begin_segment(
            name=name, traceid=header.root, parent_id=header.parent, sampling=decision
        )
        segment.save_origin_trace_header(header)
        segment.put_http_meta(http.URL, request.uri)
        segment.put_http_meta(http.METHOD, request.method)
        segment.put_http_meta(http.USER_AGENT, request.user_agent)
        segment.put_http_meta(http.CLIENT_IP, request.remote_addr)

    def process_response(self, _request, response, _resource, _succeeded):
        segment = self._recorder.current_segment()
        segment.put_http_meta(http.STATUS, response.status_code)
        response.set_header(
            http.XRAY_HEADER, prepare_response_header(segment.get_origin_trace_header(), segment)
        )
        self._recorder.end_segment()
