package Bench::Profile;

# perf, on the children of an httpd under load.

use strict;
use warnings FATAL => 'all';

use Bench::Rows ();
use Bench::Site ();
use Bench::Turns ();
use Bookable::Process ();

use constant { SECONDS => 3, LEAST => 0.5 };

# By name: what makes a load on a site of SPACES spaces and PRODUCTS products.
my %LOAD = (
    'trivial' => sub { return _get($_[0], product => '/trivial', 1) },
    'product-get' => sub { return _get($_[0], product => '/products/%d', Bench::Rows::PRODUCTS) },
    'space-get' =>
        sub { return _get($_[0], space => '/space/' . Bench::Site::BUILDING . '-%d', Bench::Rows::SPACES) },
    'booking-get' => sub {
        my ($site) = @_;
        return _get($site, booking => $site->a_booking, 1, auth => $site->member->{auth});
    },
    'booking-post' => sub { return Bench::Turns::booking_program('booking-post', $_[0]) },
);

sub names { my @names = sort keys %LOAD; return @names }

sub _get
{
    my ($site, $service, $path, $count, %more) = @_;
    return Bench::Turns::program($service, $site->url($service), 'get', path => $path, count => $count, %more);
}

# Requests per second, and rows of a table: libraries, and then system calls, each with its share.
sub take
{
    my ($work, $store, $connections) = @_;
    my $host = Bench::Turns::host($store, load => { Bench::Turns::trivial() });
    my $site =
        Bench::Site->of_host($host->base_url)->products(Bench::Rows::PRODUCTS)->spaces(Bench::Rows::SPACES);
    my $load = $LOAD{$work}->($site)->[1];
    $load->($connections, 1);
    my $file = "$host->{dir}/perf.data";
    my $perf = Bookable::Process::spawn('/dev/null', 'perf', 'record', '-q', '-g', '-o', $file, '-p',
        join(',', Bookable::Process::children($host->pid)), '--', 'sleep', SECONDS + 1);
    my $figures = $load->($connections, SECONDS);
    waitpid $perf, 0;
    return (
        $figures->{rps},
        _shares($file, qr/\A(\S+)\z/, qw(--no-children --sort dso)),
        _shares($file, qr/\A\[k\] (?:__x64_sys_|do_)(writev|read|poll|futex|fcntl|fdatasync|pwrite64)\z/,
            qw(--children --sort sym))
    );
}

sub _shares
{
    my ($file, $wanted, @how) = @_;
    open my $in, '-|', 'perf', 'report', '-i', $file, '--stdio', '-g', 'none', @how or die "perf: $!\n";
    my @rows;
    while (my $line = <$in>) {
        my ($share, $rest) = $line =~ /\A\s+([\d.]+)%\s+(?:[\d.]+%\s+)?(.*?)\s*\z/ or next;
        push @rows, [ $1, $share ] if $rest =~ $wanted && $share >= LEAST;
    }
    close $in or die "perf report fails\n";
    return @rows;
}

1;
