# The week of a building, and rooms that are closed: t/web/calendar.mjs.

use strict;
use warnings FATAL => 'all';

use Test::More;

use Bookable::Page;

my $missing = Bookable::Page::missing();
plan skip_all => $missing if $missing;
Bookable::Page->new(store => 'pgsql')->run('calendar.mjs');
