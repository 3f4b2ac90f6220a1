package Bench::Results;

# Figures as CSV files, one folder of them for each kind of run, and what is computed from them.

use strict;
use warnings FATAL => 'all';

use Exporter 'import';
use File::Path qw(make_path);
use POSIX qw(strftime);

our @EXPORT_OK = qw(machine median percentile);

# note  what else is to be said of them, beside the machine
sub new
{
    my ($class, $dir, $note) = @_;
    make_path($dir);
    return bless { dir => $dir, new => [], note => defined $note ? "; $note" : '' }, $class;
}

sub dir { my ($self) = @_; return $self->{dir} }

sub file { my ($self, $name) = @_; return "$self->{dir}/$name.csv" }

sub has { my ($self, $name) = @_; return -e $self->file($name) }

# A new file with these columns; what machine it was is said in its first line. It takes the place of an
# older one at keep().
sub create
{
    my ($self, $name, @columns) = @_;
    my $file = $self->file($name);
    open my $out, '>', "$file.new" or die "$file.new: $!\n";
    $out->autoflush(1);
    push @{ $self->{new} }, $file;
    print {$out} '# ', machine(), $self->{note}, "\n", join(',', @columns), "\n";
    return bless { out => $out, columns => \@columns }, 'Bench::Results::File';
}

# What was made since the last call is whole: it is kept from now on.
sub keep
{
    my ($self) = @_;
    rename "$_.new", $_ or die "$_: $!\n" for splice @{ $self->{new} };
    return;
}

# What was made since the last call is not whole, and is left out: an older file stays.
sub drop { my ($self) = @_; return unlink map { "$_.new" } splice @{ $self->{new} } }

# Its rows, each { column => value }.
sub read
{
    my ($self, $name) = @_;
    open my $in, '<', $self->file($name) or die $self->file($name) . ": $!\n";
    my @lines = grep { !/\A#/ } <$in>;
    chomp @lines;
    my @columns = split /,/, shift @lines;
    return map {
        my %row;
        @row{@columns} = split /,/, $_, scalar @columns;
        \%row;
    } @lines;
}

# On which machine, when and of which version a file was made.
sub machine_of
{
    my ($self, $name) = @_;
    open my $in, '<', $self->file($name) or die $self->file($name) . ": $!\n";
    return <$in> =~ s/\A# |\n//gr;
}

sub machine
{
    my $model = qx(grep -m 1 'model name' /proc/cpuinfo 2>/dev/null) =~ s/.*:\s*|\n//gr || 'unknown CPU';
    my $cores = qx(nproc) + 0;
    my ($kernel) = split ' ', qx(uname -r);
    my ($memory) = map { sprintf '%.0f', $_ / 1048576 } qx(grep MemTotal /proc/meminfo) =~ /(\d+)/;
    my $version = qx(git rev-parse --short HEAD 2>/dev/null) =~ s/\n//r || 'no git';
    my ($load) = split ' ', qx(cat /proc/loadavg);
    return
        "$cores cores of $model; $memory GB; Linux $kernel; commit $version; "
        . strftime('%Y-%m-%d %H:%M', gmtime)
        . " UTC; load average $load at the start";
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
