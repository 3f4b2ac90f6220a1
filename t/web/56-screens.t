# What screens ask for, and how soon they are of use: t/web/screens.mjs.

use strict;
use warnings FATAL => 'all';

use Test::More;

use Bookable::Page;

my $missing = Bookable::Page::missing();
plan skip_all => $missing if $missing;
Bookable::Page->new()->run('screens.mjs');
