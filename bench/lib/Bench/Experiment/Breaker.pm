package Bench::Experiment::Breaker;

use strict;
use warnings FATAL => 'all';
use utf8;

use Bench::Cluster ();

sub title { return 'The circuit breaker, demonstrated' }

sub reference
{
    return <<'END';
Sixteen answers, each after 0.15 s, alternately "circuit breaker open" and the failure of the call: each
task had a breaker of its own.
END
}

sub here
{
    return <<'END';
`bench/demo breaker` on a cluster of two instances of each service. Bookings are numbered; the space
service becomes slow (5 s, of which a booking waits for 1 s) and then as fast as before. Each
instance of the booking service has one breaker for all its processes; what it answers is counted until
both are open, and until both are closed again.
END
}

sub run
{
    my ($run) = @_;
    $run->{progress}->step('breaker: bench/demo breaker');
    my $out = $run->{results}->create('breaker', qw(number status elapsed code details));
    for my $line (split /\n/, Bench::Cluster::demo('breaker')) {
        my @booking = $line =~ /^ +(\d+) +(\d{3}) +([\d.]+) s +(\S+) +(.*)$/ or next;
        $out->add(@booking);
    }
    return;
}

sub report
{
    my ($results, $plot) = @_;
    my @rows = $results->read('breaker');
    $plot->(
        'breaker',
        title => 'Bookings, one after the other: seconds until the answer',
        x => 'booking',
        y => 's',
        commands => ['set yrange [-0.03:*]'],
        lines => [
            map {
                my ($title, $choose) = @$_;
                {
                    title => $title,
                    with => 'points pt 7',
                    points => [ map { [ $_->{number}, $_->{elapsed} ] } grep { $choose->($_) } @rows ]
                }
            } (
                [ 'made', sub { $_[0]{status} == 201 } ],
                [ 'call timed out', sub { $_[0]{status} != 201 && $_[0]{elapsed} > 0.5 } ],
                [ 'refused at once', sub { $_[0]{status} != 201 && $_[0]{elapsed} <= 0.5 } ]
            )
        ]
    );
    return (
        [
            [qw(number status seconds ErrCode Details)],
            map { [ @$_{qw(number status elapsed code)}, $_->{details} =~ s/\|//gr ] } @rows
        ],
        'breaker'
    );
}

1;
