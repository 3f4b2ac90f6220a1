#!/usr/bin/perl
# What a call between services costs: within the process, and over a proxied connection that is kept
# alive, the latter beside curl asking the same route over one connection. Run by make bench-cost.

use strict;
use warnings FATAL => 'all';

use Bench::Results qw(median);
use Bookable::Client;
use Bookable::Server;

use constant { COUNT => 2000, RUNS => 5 };

my $build = $ENV{BOOKABLE_BUILDDIR};
my $far   = Bookable::Server->new(modules => ['user', 'space'], children => 1, threads => 16)->start;
my $near  = Bookable::Server->new(
    modules => ['user', 'space'], children => 1, threads => 16, stock => ['proxy', 'proxy_http'],
    config  => "LoadModule callcost_module $build/bench/cost/.libs/mod_callcost.so\n"
        . "CallcostPath /callcost\nProxyPass /far/ " . $far->base_url . "/ enablereuse=on\n"
)->start;

for my $server ($far, $near) {
    my $client = Bookable::Client->new(base => $server->base_url);
    $client->space(buildingCode => 'Cost', roomCode => 1);
}

sub measure
{
    my ($where) = @_;
    my $answer = Bookable::Client->new(base => $near->base_url)->get('/callcost/' . COUNT . "/$where");
    my ($microseconds) = $answer->content =~ /^([\d.]+)$/ or die $answer->content, "\n";
    return $microseconds;
}

# All requests over one connection; what curl says of each.
sub curl
{
    my $url = $far->base_url . '/space/Cost-1?[1-' . COUNT . ']';
    my @times = split /\n/, qx{curl -s -o /dev/null -w '%{time_total}\\n' '$url'};
    my $sum = 0;
    $sum += $_ for @times;
    return $sum / @times * 1e6;
}

my (%took, @ratios);
for (1 .. RUNS) {
    push @{ $took{near} }, measure('near');
    push @{ $took{far} },  measure('far');
    push @{ $took{curl} }, curl();
    push @ratios, $took{far}[-1] / $took{curl}[-1];
}
printf "%-34s %6.1f us\n", 'call within the process', median(@{ $took{near} });
printf "%-34s %6.1f us\n", 'call over a proxied connection', median(@{ $took{far} });
printf "%-34s %6.1f us\n", 'curl, the same route, kept alive', median(@{ $took{curl} });
printf "%-34s %6.2f\n",    'proxied call / curl, in pairs', median(@ratios);
$_->stop for $near, $far;
