# A booking that recurs, from its dates to what becomes of them; and what a person does every day, counted: t/web/repeat.mjs.

use strict;
use warnings FATAL => 'all';

use Test::More;

use Bookable::Page;

my $missing = Bookable::Page::missing();
plan skip_all => $missing if $missing;
Bookable::Page->new(store => 'pgsql')->run('repeat.mjs');
