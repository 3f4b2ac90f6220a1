package Bench::Pgbench;

# One run of PostgreSQL's own load generator, pgbench.

use strict;
use warnings FATAL => 'all';

use Bookable::File qw(write_file);
use Bookable::Postgres ();
use Bookable::Process qw(capture run_dir);
use Exporter 'import';
use File::Path qw(remove_tree);

our @EXPORT_OK = qw(pgbench);

# A script's transactions per second on a Bookable::Postgres, by so many clients, each of which begins the next one
# when one is done; and their longest times, p99 in milliseconds, where is_timed is true, which costs a little.
sub pgbench
{
    my ($server, $script, %args) = @_;
    my $dir = run_dir();
    local %ENV = (%ENV, $server->environment);
    my $said = capture(
        Bookable::Postgres::program('pgbench'), qw(-n -M prepared -j 2),
        '-c' => $args{clients}, '-T' => $args{seconds}, '-f' => write_file("$dir/script.sql", $script),
        $args{is_timed} ? ('-l', '--log-prefix' => "$dir/log") : ()
    );
    my ($rate) = $said =~ /^tps = ([\d.]+)/m or die "pgbench says nothing: $said\n";
    my %figures = (rps => $rate);
    if ($args{is_timed}) {
        my @took = sort { $a <=> $b } map { _times($_) } glob "$dir/log.*";
        $figures{p99} = $took[ int $#took * 0.99 ] / 1000;
    }
    remove_tree($dir);
    return \%figures;
}

# Of a log's lines: client, number, microseconds, ...
sub _times { my ($file) = @_; return map { (split ' ')[2] } split /\n/, Bookable::File::slurp($file) }

1;
