# The pages that a house is run from, at the root of the site and over PostgreSQL: t/web/house.mjs.

use strict;
use warnings FATAL => 'all';

use Test::More;

use Bookable::Page;

my $missing = Bookable::Page::missing();
plan skip_all => $missing if $missing;
Bookable::Page->new(store => 'pgsql')->run('house.mjs');
