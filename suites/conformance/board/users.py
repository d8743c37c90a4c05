"""Posts are for named users only: a request without a name is refused with 400."""

import falcon
from aws_xray_sdk.core import xray_recorder


class UserMiddleware:
    def process_request(self, request, _):
        if not request.path.startswith("/posts"):
            return
        username = request.get_header("Username")
        if not username:
            raise falcon.HTTPBadRequest(description="the Username header is missing")
        request.context.username = username
        xray_recorder.put_annotation("username", username)
        xray_recorder.current_segment().set_user(username)
