"""The booking load: users who share one administrator book, read and delete in 200 spaces, 4:3:1.

The session-id scheme is what the reference's clients use: user name and user id. The spaces are in
a building of this run's own, so that only this run's bookings can conflict, and bench/ledger.py
can tell a true CONFLICT, which is an answer, from a false one, which is a failure.
"""

import random
import sys
import time
from datetime import datetime, timezone

import requests
from ledger import Booking, Ledger
from locust import HttpUser, between, events, task

NAME, PASSWORD = "admin", "admin password"
BUILDING = f"Bench-{int(time.time())}"
ROOMS = range(101, 301)
CAPACITY = 10
OPEN, CLOSE = 8, 22
DATE = datetime.now(timezone.utc).strftime("%Y-%m-%d")

user_id = None
spaces = {}


def at(hour):
    return f"{DATE}T{hour:02d}:00:00Z"


@events.init.add_listener
def make_spaces(environment, **_):
    """Not part of the load, and not in the table."""
    global user_id
    session = requests.Session()

    def post(path, body):
        try:
            answer = session.post(environment.host + path, json=body, timeout=30)
        except requests.RequestException as failure:
            sys.exit(f"POST {path}: {failure}")
        if answer.status_code != 201:
            sys.exit(f"POST {path}: {answer.status_code} {answer.text}")
        return answer.json()

    user_id = post("/user", {"username": NAME, "userPassword": PASSWORD})
    session.auth = (NAME, str(user_id))
    for room in ROOMS:
        space = {"roomCode": room, "buildingCode": BUILDING, "capacity": CAPACITY}
        space |= {"openTime": at(OPEN), "closeTime": at(CLOSE)}
        spaces[post("/space", space)] = Ledger()


class BookingUser(HttpUser):
    wait_time = between(0.1, 1.0)

    def on_start(self):
        self.client.auth = (NAME, str(user_id))
        self.mine = []

    @task(4)
    def create(self):
        space = random.choice(list(spaces))
        hours = random.randint(1, 2)
        start = random.randint(OPEN, CLOSE - hours)
        booking = Booking(start, start + hours)
        before = spaces[space].sent(booking)
        request = {"spaceID": space, "date": DATE, "userID": user_id}
        request |= {"occupants": random.randint(1, 4)}
        request |= {"startTime": at(booking.start), "endTime": at(booking.end)}
        with self.client.post("/booking", json=request, catch_response=True) as answer:
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
                self.mine.append((answer.json(), space, booking))

    @task(3)
    def read(self):
        if self.mine:
            booking_id, _, _ = random.choice(self.mine)
            self.client.get(f"/booking/{DATE}/{booking_id}", name="/booking/{date}/{bookingId}")

    @task(1)
    def delete(self):
        if not self.mine:
            return
        booking_id, space, booking = self.mine.pop(random.randrange(len(self.mine)))
        booking.certain = False
        path, name = f"/booking/{DATE}/{booking_id}", "/booking/{date}/{bookingId}"
        with self.client.delete(path, name=name, catch_response=True) as answer:
            if answer.status_code == 200:
                spaces[space].deleted(booking)
                answer.success()
            else:
                answer.failure(f"{answer.status_code} {answer.text}")
