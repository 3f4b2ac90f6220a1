"""The reading of spaces: 15 of them, 3 of which are popular, and users who read in two ways.

Readers wait a second or two, and one time in five read a popular one. Those in a hurry hardly wait,
and read the same space three times.
"""

import random
import time

import each  # noqa: F401, its option
from locust import FastHttpUser, between, events, task
from setting import Setting

ROOMS = range(101, 116)
POPULAR = 3

spaces = []


@events.init.add_listener
def make_spaces(environment, **_):
    building = f"Bench-{int(time.time())}"
    spaces.extend(Setting(environment.host).make_spaces(building, ROOMS, capacity=10))


def read(user, space):
    user.client.get(f"/space/{space}", name="/space/{spaceId}")


class SpaceReader(FastHttpUser):
    weight = 4
    wait_time = between(1, 2)

    @task
    def read_one(self):
        popular = random.random() < 0.2
        read(self, random.choice(spaces[:POPULAR] if popular else spaces))


class SpaceBurst(FastHttpUser):
    weight = 1
    wait_time = between(0.1, 0.5)

    @task
    def read_three_times(self):
        space = random.choice(spaces)
        for _ in range(3):
            read(self, space)
