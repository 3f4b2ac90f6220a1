"""What the load knows of the bookings it made, to judge the server's answers by.

A booking may be in the store from the moment that its request is sent until its deletion is
acknowledged; it must be there from the moment that it is acknowledged until its deletion is sent.
"""


class Booking:
    def __init__(self, start, end):
        self.start = start
        self.end = end
        self.certain = False  # acknowledged, and nobody has asked to delete it

    def overlaps(self, other):
        return self.start < other.end and other.start < self.end


class Ledger:
    """The bookings of one space."""

    def __init__(self):
        self.possible = []

    def sent(self, booking):
        """Notes a request; returns what may, and what must, be in its way, for judge()."""
        before = [other for other in self.possible if other.overlaps(booking)]
        self.possible.append(booking)
        return before, [other for other in before if other.certain]

    def judge(self, booking, before, made):
        """None, or what is wrong with the answer: made, or refused as a conflict."""
        possible, certain = before
        if made:
            booking.certain = True
            if any(other.certain for other in certain):
                return "two overlapping bookings"
            return None
        self.possible.remove(booking)
        if possible or any(other.overlaps(booking) for other in self.possible):
            return None
        return "CONFLICT where nothing overlaps"

    def deleted(self, booking):
        self.possible.remove(booking)
