# What goes on today, on the screen and on paper: t/web/today.mjs.

use strict;
use warnings FATAL => 'all';

use Test::More;

use Bookable::Page;

my $missing = Bookable::Page::missing();
plan skip_all => $missing if $missing;
Bookable::Page->new(store => 'pgsql')->run('today.mjs');
