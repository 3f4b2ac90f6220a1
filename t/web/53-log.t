# The log, and the history of a booking: t/web/log.mjs.

use strict;
use warnings FATAL => 'all';

use Test::More;

use Bookable::Page;

my $missing = Bookable::Page::missing();
plan skip_all => $missing if $missing;
Bookable::Page->new(store => 'pgsql')->run('log.mjs');
