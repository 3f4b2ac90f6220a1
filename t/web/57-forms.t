# What is typed is kept, what is wrong is said where it is, and what is over is not shown any more: t/web/forms.mjs.

use strict;
use warnings FATAL => 'all';

use Test::More;

use Bookable::Page;

my $missing = Bookable::Page::missing();
plan skip_all => $missing if $missing;
Bookable::Page->new->run('forms.mjs');
