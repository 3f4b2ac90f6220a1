"""--each FILE: a line for each request of a load, as Locust itself keeps only sums.

Seconds since 1970 at its end, its method and name, milliseconds, and, if it failed, why: the error code of the
answer, or what kind of failure it was. The milliseconds are counted from the request's start: those that
FastHttpUser tells of are whole ones, and most answers are there within one.
"""

import re
import time

from locust import events

CODE = re.compile(r'"(?:ErrCode|error)":\s*"([^"]*)"')


@events.init_command_line_parser.add_listener
def add_option(parser):
    parser.add_argument("--each", metavar="FILE", default="", help="Where to write each request")


def code_of(exception):
    if exception is None:
        return ""
    text = str(exception)
    found = CODE.search(text)
    if found:
        return found.group(1)
    return re.sub(r"[^A-Za-z0-9 ]+", " ", text)[:40].strip() or type(exception).__name__


@events.init.add_listener
def write_each(environment, **_):
    if not environment.parsed_options.each:
        return
    out = open(environment.parsed_options.each, "w", buffering=1, encoding="utf-8")
    out.write("second,name,ms,error\n")

    @environment.events.request.add_listener
    def on_request(request_type, name, start_time, exception, **_):
        code, now = code_of(exception), time.time()
        out.write(f"{now:.3f},{request_type} {name},{1000 * (now - start_time):.3f},{code}\n")
