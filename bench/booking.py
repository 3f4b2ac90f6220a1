"""The booking load: users who share one administrator book, read and delete in the spaces, 4:3:1.

The spaces are in a building of this run's own, so that only this run's bookings can conflict, and
bench/ledger.py can tell a true CONFLICT, which is an answer, from a false one, which is a failure.

Two classes, the same load: BookingUser goes through python-requests, BookingFastUser through
geventhttpclient, which needs less of the CPU that it shares with the server.
"""

import random
import time
from datetime import datetime, timezone

import each  # noqa: F401, its option
from ledger import Booking, Ledger
from locust import FastHttpUser, HttpUser, between, events
from setting import Setting

FIRST_ROOM = 101
CAPACITY = 10
OPEN, CLOSE = 8, 22
DATE = datetime.now(timezone.utc).strftime("%Y-%m-%d")

setting = None
spaces = {}


@events.init_command_line_parser.add_listener
def add_options(parser):
    parser.add_argument("--spaces", type=int, default=200, help="How many spaces are booked")


def at(hour):
    return f"{DATE}T{hour:02d}:00:00Z"


@events.init.add_listener
def make_spaces(environment, **_):
    global setting
    setting = Setting(environment.host)
    rooms = range(FIRST_ROOM, FIRST_ROOM + environment.parsed_options.spaces)
    members = {"capacity": CAPACITY, "openTime": at(OPEN), "closeTime": at(CLOSE)}
    for space in setting.make_spaces(f"Bench-{int(time.time())}", rooms, **members):
        spaces[space] = Ledger()


def start(user):
    user.mine = []


def create(user):
    space = random.choice(list(spaces))
    hours = random.randint(1, 2)
    start_hour = random.randint(OPEN, CLOSE - hours)
    booking = Booking(start_hour, start_hour + hours)
    before = spaces[space].sent(booking)
    request = {"spaceID": space, "date": DATE, "userID": setting.user_id}
    request |= {"occupants": random.randint(1, 4)}
    request |= {"startTime": at(booking.start), "endTime": at(booking.end)}
    options = {"json": request, "headers": setting.headers, "catch_response": True}
    with user.client.post("/booking", **options) as answer:
        made = answer.status_code == 201
        conflict = answer.status_code in (400, 409) and '"CONFLICT"' in answer.text
        if not made and not conflict:  # it may have been made: it stays in the ledger
            answer.failure(f"{answer.status_code} {answer.text}")
            return
        if conflict:
            answer.request_meta["name"] = "/booking (CONFLICT)"
        wrong = spaces[space].judge(booking, before, made)
        if wrong:
            answer.failure(wrong)
            return
        answer.success()
        if made:
            user.mine.append((answer.json(), space, booking))


def read(user):
    if user.mine:
        booking_id, _, _ = random.choice(user.mine)
        path, name = f"/booking/{DATE}/{booking_id}", "/booking/{date}/{bookingId}"
        user.client.get(path, name=name, headers=setting.headers)


def delete(user):
    if not user.mine:
        return
    booking_id, space, booking = user.mine.pop(random.randrange(len(user.mine)))
    booking.certain = False
    path, name = f"/booking/{DATE}/{booking_id}", "/booking/{date}/{bookingId}"
    options = {"name": name, "headers": setting.headers, "catch_response": True}
    with user.client.delete(path, **options) as answer:
        if answer.status_code == 200:
            spaces[space].deleted(booking)
            answer.success()
        else:
            answer.failure(f"{answer.status_code} {answer.text}")


class BookingUser(HttpUser):
    wait_time = between(0.1, 1.0)
    tasks = {create: 4, read: 3, delete: 1}
    on_start = start


class BookingFastUser(FastHttpUser):
    wait_time = between(0.1, 1.0)
    tasks = {create: 4, read: 3, delete: 1}
    on_start = start
