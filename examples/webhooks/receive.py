# WEBHOOK_SECRET=whsec_... PORT=3000 python3 receive.py
# Takes deliveries of the hooks server. Needs nothing but Python 3.9.
import base64
import hashlib
import hmac
import json
import os
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

KEY = base64.b64decode(os.environ["WEBHOOK_SECRET"].removeprefix("whsec_"))
seen = set()  # Of a service that restarts: a table with a unique column.


def is_genuine(headers, body):
    """True if the hooks server signed these very bytes within the last five minutes."""
    message_id = headers.get("webhook-id", "")
    timestamp = headers.get("webhook-timestamp", "")
    if not timestamp.isdecimal() or abs(time.time() - int(timestamp)) > 300:
        return False
    signed = f"{message_id}.{timestamp}.".encode() + body
    expected = base64.b64encode(hmac.new(KEY, signed, hashlib.sha256).digest()).decode()
    # Several signatures stand side by side while a secret is being replaced.
    given = [part.split(",", 1) for part in headers.get("webhook-signature", "").split(" ")]
    return any(
        len(part) == 2 and part[0] == "v1" and hmac.compare_digest(part[1].encode(), expected.encode())
        for part in given
    )


class Receiver(BaseHTTPRequestHandler):
    def do_POST(self):
        body = self.rfile.read(int(self.headers.get("content-length", 0)))
        if not is_genuine(self.headers, body):
            return self.answer(401)
        message_id = self.headers["webhook-id"]
        if message_id not in seen:
            seen.add(message_id)
            event = json.loads(body)
            print(event["id"], event["outcome"] or event["reason"] or "", flush=True)
        self.answer(204)

    def answer(self, status):
        self.send_response(status)
        self.send_header("content-length", "0")
        self.end_headers()

    def log_message(self, *_):
        pass


server = ThreadingHTTPServer(("127.0.0.1", int(os.environ.get("PORT", 3000))), Receiver)
print(f"listening on port {server.server_port}", flush=True)
server.serve_forever()
