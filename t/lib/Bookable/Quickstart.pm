package Bookable::Quickstart;

# ./quickstart of this checkout, as its user runs it, on the build that is there; what it writes goes
# into a temporary directory, and what it starts is stopped when the test is over.
#
#   my $quickstart = Bookable::Quickstart->new;
#   my ($code, $said) = $quickstart->run('--db', $quickstart->url_file($url));
#   ... $quickstart->client, $quickstart->var ...

use strict;
use warnings FATAL => 'all';

use File::Basename qw(dirname);
use File::Path qw(remove_tree);
use File::Spec::Functions qw(rel2abs);

use Bookable::Client;
use Bookable::File qw(slurp_if write_file);
use Bookable::Process qw(free_port run_dir);

my $TOP = rel2abs(dirname(__FILE__) . '/../../..');

sub new
{
    my ($class) = @_;
    -x "$TOP/build/bookable-admin" or die "$TOP/build: build there first, as ./quickstart does\n";
    my $self = bless { dir => run_dir(), port => free_port() }, $class;
    return Bookable::Process::watch($self);
}

sub var    { my ($self) = @_; return "$self->{dir}/var" }
sub port   { my ($self) = @_; return $self->{port} }
sub client { my ($self) = @_; return Bookable::Client->new(base => "http://127.0.0.1:$self->{port}") }

# (exit code, what it said)
sub run
{
    my ($self, @args) = @_;
    my $pid = open(my $in, '-|') // die "fork: $!\n";
    if (!$pid) {
        $ENV{BOOKABLE_VAR} = $self->var;
        delete $ENV{http_proxy};
        open STDERR, '>&', \*STDOUT;
        open STDIN, '<', '/dev/null';
        exec "$TOP/quickstart", @args;
    }
    my $said = do { local $/; <$in> } // '';
    close $in;
    return ($? >> 8, $said);
}

# The same, on its port.
sub start { my ($self, @args) = @_; return $self->run('--port', $self->{port}, @args) }
sub stop  { my ($self) = @_; return $self->run('stop') }

# The argument that has a URL in a file, so that nobody sees it.
sub url_file
{
    my ($self, $url) = @_;
    return '@' . write_file("$self->{dir}/url", "$url\n", 0600);
}

# The places where any of these texts can be read: files that it wrote, and command lines of all that
# runs.
sub places_of
{
    my ($self, @texts) = @_;
    my $wanted = join '|', map { quotemeta } @texts;
    my @files = grep { -f } split /\n/, qx(find '@{[ $self->var ]}' -type f);
    return grep { slurp_if($_) =~ /$wanted/ } @files, glob '/proc/[0-9]*/cmdline';
}

sub finish
{
    my ($self) = @_;
    $self->stop if -e $self->var . '/run';
    remove_tree($self->{dir}) unless Bookable::Process::keep_files();
    return;
}

sub DESTROY { my ($self) = @_; Bookable::Process::end($self); return }

1;
