"""What a load needs before it begins: an administrator and spaces. No part of the figures.

The session-id scheme is what the reference's clients use: user name and user id.
"""

import base64
import sys

import requests

NAME, PASSWORD = "admin", "admin password"


class Setting:
    """All users of a load are this administrator, and send these headers."""

    def __init__(self, host):
        self.host = host
        self.session = requests.Session()
        self.user_id = self.post("/user", {"username": NAME, "userPassword": PASSWORD})
        words = base64.b64encode(f"{NAME}:{self.user_id}".encode()).decode()
        self.headers = {"Authorization": f"Basic {words}"}
        self.session.headers.update(self.headers)

    def post(self, path, body):
        try:
            answer = self.session.post(self.host + path, json=body, timeout=600)
        except requests.RequestException as failure:
            sys.exit(f"POST {path}: {failure}")
        if answer.status_code != 201:
            sys.exit(f"POST {path}: {answer.status_code} {answer.text}")
        return answer.json()

    def make_spaces(self, building, rooms, **members):
        """The ids of spaces that are all alike."""
        space = {"buildingCode": building, **members}
        return [self.post("/space", {"roomCode": room, **space}) for room in rooms]
