# What pages of other origins can do with the cookie of who is signed in: t/web/cross-site.mjs.

use strict;
use warnings FATAL => 'all';

use Test::More;

use Bookable::Page;

my $missing = Bookable::Page::missing();
plan skip_all => $missing if $missing;
Bookable::Page->new->run('cross-site.mjs');
