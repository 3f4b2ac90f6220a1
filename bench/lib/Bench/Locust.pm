package Bench::Locust;

# A load of bench/run, while something else may be done to the server, and what became of its requests.
#
#   my $load = Bench::Locust->start('booking', $url, users => 100, seconds => 60);
#   my @requests = $load->wait($progress);      # each { second, name, ms, error }
#   my @rows = Bench::Locust::summary(@requests);

use strict;
use warnings FATAL => 'all';

use Bench::Results qw(percentile);
use Bookable::File qw(slurp_if);
use Bookable::Process qw(collected run_dir spawn);
use File::Basename qw(dirname);
use File::Path qw(remove_tree);
use File::Spec::Functions qw(rel2abs);
use Time::HiRes qw(sleep time);

my $RUN = rel2abs(dirname(__FILE__) . '/../../run');

# users, seconds
# client   http or fast
# arrive   so many new users a second; all at once, if not given
# options  of the scenario, a list
sub start
{
    my ($class, $scenario, $url, %args) = @_;
    my $self = bless { %args, dir => run_dir() }, $class;
    Bookable::Process::watch($self);
    my @client = $args{client} ? ('--client', $args{client}) : ();
    $self->{began} = time;
    $self->{pid} = spawn(
        "$self->{dir}/output", $RUN,
        $scenario, '--url',
        $url, '--users',
        $args{users}, '--seconds',
        $args{seconds}, '--out',
        $self->{dir}, @client,
        '--', '--spawn-rate',
        $args{arrive} // $args{users}, '--each',
        "$self->{dir}/each.csv", @{ $args{options} || [] }
    );
    return $self;
}

# Not longer than it should take, with time to make spaces and to end: long, for a machine may be busy.
sub wait
{
    my ($self, $progress) = @_;
    my $limit = $self->{began} + $self->{seconds} + 300;
    until (collected($self->{pid}) || time > $limit) {
        $progress->tick;
        sleep 0.1;
    }
    if (time > $limit) {
        kill KILL => -$self->{pid};
        waitpid $self->{pid}, 0;
    }
    delete $self->{pid};
    return $self->_requests;
}

sub _requests
{
    my ($self) = @_;
    open my $in, '<', "$self->{dir}/each.csv" or die "no request was made:\n" . $self->_output;
    my $header = <$in>;
    my @requests;
    while (my $line = <$in>) {
        chomp $line;
        my %request;
        @request{qw(second name ms error)} = split /,/, $line, 4;
        push @requests, \%request if defined $request{error};
    }
    die "no request was made:\n" . $self->_output unless @requests;
    return @requests;
}

sub _output { my ($self) = @_; return slurp_if("$self->{dir}/output") }

# One row for each name, and one for all: { name, requests, failures, codes => { code => count }, p50,
# p95, p99, longest (milliseconds), rps }.
sub summary
{
    my (@requests) = @_;
    my ($first, $last) = (sort { $a <=> $b } map { $_->{second} } @requests)[ 0, -1 ];
    my %by_name;
    push @{ $by_name{ $_->{name} } }, $_ for @requests;
    $by_name{all} = \@requests;
    return map {
        my @some = @{ $by_name{$_} };
        my @ms = map { $_->{ms} } @some;
        my %codes;
        $codes{ $_->{error} }++ for grep { length $_->{error} } @some;
        {
            name => $_,
            requests => scalar @some,
            failures => scalar(grep { length $_->{error} } @some),
            codes => \%codes,
            (map { ("p$_" => percentile($_, @ms)) } 50, 95, 99),
            longest => percentile(100, @ms),
            rps => @some / (($last - $first) || 1),
        }
    } sort { ($a eq 'all') <=> ($b eq 'all') || $a cmp $b } keys %by_name;
}

sub finish
{
    my ($self) = @_;
    kill KILL => -$self->{pid} if $self->{pid};
    remove_tree($self->{dir});
    return;
}

sub DESTROY { my ($self) = @_; return Bookable::Process::end($self) }

1;
