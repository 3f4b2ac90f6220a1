package Bench::Results;

# Figures as CSV files, one folder of them for each kind of run, and what is computed from them.

use strict;
use warnings FATAL => 'all';

use Bookable::File qw(slurp write_file);
use Exporter 'import';
use File::Path qw(make_path);
use POSIX qw(strftime);

our @EXPORT_OK = qw(median percentile);

# note     what else is to be said of them, beside the machine
# is_more  1: a file that is there goes on
sub new
{
    my ($class, $dir, %args) = @_;
    make_path($dir);
    return bless { dir => $dir, before => {}, is_more => $args{is_more},
        note => defined $args{note} ? "; $args{note}" : '' }, $class;
}

sub file { my ($self, $name) = @_; return "$self->{dir}/$name.csv" }

sub has { my ($self, $name) = @_; return -e $self->file($name) }

# A new file with these columns, or one that goes on; what machine it was is said before its rows. What was there
# before is remembered until keep().
sub create
{
    my ($self, $name, @columns) = @_;
    my $file = $self->file($name);
    $self->{before}{$file} = $self->has($name) ? slurp($file) : undef unless exists $self->{before}{$file};
    my $header = join(',', @columns) . "\n";
    my $goes_on = $self->{is_more} && defined $self->{before}{$file};
    die "$file has other columns\n" if $goes_on && $self->{before}{$file} !~ /^\Q$header/m;
    open my $out, $goes_on ? '>>' : '>', $file or die "$file: $!\n";
    $out->autoflush(1);
    print {$out} '# ', machine(), $self->{note}, "\n", $goes_on ? '' : $header;
    return bless { out => $out, columns => \@columns }, 'Bench::Results::File';
}

# What was made since the last call is whole.
sub keep { my ($self) = @_; $self->{before} = {}; return 1 }

# What was made since the last call is not whole: the files are again what they were before.
sub drop
{
    my ($self) = @_;
    for my $file (keys %{ $self->{before} }) {
        my $text = $self->{before}{$file};
        defined $text ? write_file($file, $text) : unlink $file;
    }
    return $self->keep;
}

# Its rows, each { column => value }.
sub read
{
    my ($self, $name) = @_;
    my @lines = grep { !/\A#/ } split /\n/, slurp($self->file($name));
    my @columns = split /,/, shift @lines;
    return map {
        my %row;
        @row{@columns} = split /,/, $_, scalar @columns;
        \%row;
    } @lines;
}

# On which machine, when and of which version a file was made. Of what was added later only what differs is said.
sub machine_of
{
    my ($self, $name) = @_;
    my ($first, @more) = map { /\A# (.*)/ ? [ split /; /, $1 ] : () } split /\n/, slurp($self->file($name));
    my %said = map { $_ => 1 } @$first;
    return join '; then ', grep { length } map { join '; ', @$_ } $first, map { [ grep { !$said{$_}++ } @$_ ] } @more;
}

sub machine
{
    my $model = qx(grep -m 1 'model name' /proc/cpuinfo 2>/dev/null) =~ s/.*:\s*|\n//gr || 'unknown CPU';
    my $cores = qx(nproc) + 0;
    my ($kernel) = split ' ', qx(uname -r);
    my ($memory) = map { sprintf '%.0f', $_ / 1048576 } qx(grep MemTotal /proc/meminfo) =~ /(\d+)/;
    my $version = qx(git rev-parse --short HEAD 2>/dev/null) =~ s/\n//r || 'no git';
    my ($load) = split ' ', qx(cat /proc/loadavg);
    # Where other work shares the machine: above 0 this run gives way to it, below 0 it goes before.
    my $nice = getpriority 0, 0;
    return
        "$cores cores of $model; $memory GB; Linux $kernel; commit $version; "
        . strftime('%Y-%m-%d %H:%M', gmtime)
        . " UTC; load average $load at the start" . ($nice ? "; nice $nice" : '');
}

# Of a list of numbers; undef of none.
sub percentile
{
    my ($percent, @values) = @_;
    return undef unless @values;    # one value, in a list as well
    my @sorted = sort { $a <=> $b } @values;
    my $place = $#sorted * $percent / 100;
    my $below = int $place;
    return $sorted[$below] if $below == $#sorted;
    return $sorted[$below] + ($place - $below) * ($sorted[ $below + 1 ] - $sorted[$below]);
}

sub median { return percentile(50, @_) }

package Bench::Results::File;

# Values in the order of the columns.
sub add
{
    my ($self, @values) = @_;
    die "a row of @{$self->{columns}} has as many values\n" if @values != @{ $self->{columns} };
    print { $self->{out} } join(',', map { s/[,\n]+/ /gr } @values), "\n";
    return;
}

1;
