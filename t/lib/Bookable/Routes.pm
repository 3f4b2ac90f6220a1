package Bookable::Routes;

# The routes of API v1, as the modules have them: "httpd -t -D DUMP_BOOKABLE_ROUTES" lists them.
#
#   for my $route (Bookable::Routes->of_v1) { ... $route->{method}, $route->{path} ... }

use strict;
use warnings FATAL => 'all';

use Bookable::Server ();

# caller   anyone, guest, user, auditor or admin
# scope    what a token needs; undef where nobody is asked who is calling
# flags, query, members   { name => 1 }; members of nested objects have a dot: "length.min"
sub of_v1
{
    my ($class) = @_;
    my ($exit, $output) = Bookable::Server->configtest(config => "Define DUMP_BOOKABLE_ROUTES\nBookableApi /v1\n");
    die "no list of routes:\n$output\n" if $exit;
    my $names = sub { return { map { $_ => 1 } $_[0] eq '-' ? () : split /,/, $_[0] } };
    my %seen;
    return map {
        my ($method, $path, $caller, $scope, @lists) = split / /;
        my %route = (method => $method, path => $path, caller => $caller, scope => $scope eq '-' ? undef : $scope,
            name => "$method $path");
        @route{qw(flags query members)} = map { $names->($_) } @lists;
        \%route;
    } grep { m{^[A-Z]+ /v1/} && !$seen{$_}++ } split /\n/, $output;
}

1;
