# The page's way in and out, below a path of the site: t/web/sign-in.mjs.

use strict;
use warnings FATAL => 'all';

use Test::More;

use Bookable::Page;

my $missing = Bookable::Page::missing();
plan skip_all => $missing if $missing;
Bookable::Page->new(path => '/book')->run('sign-in.mjs');
