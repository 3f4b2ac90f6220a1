# Finding a room, booking it, and what is one's own: t/web/booking.mjs.

use strict;
use warnings FATAL => 'all';

use Test::More;

use Bookable::Page;

my $missing = Bookable::Page::missing();
plan skip_all => $missing if $missing;
Bookable::Page->new(store => 'pgsql')->run('booking.mjs');
