package Bench::Ha::Conf;

# The files of conf/ha, for servers of this machine: what is measured is what is shipped. What they let the
# environment say is said there; of those that know no environment there are copies, with other addresses.

use strict;
use warnings FATAL => 'all';

use Bookable::Daemon ();
use Bookable::File ();
use File::Basename qw(dirname);
use File::Spec::Functions qw(rel2abs);

my $FOLDER = rel2abs(dirname(__FILE__) . '/../../../../conf/ha');

sub file { my ($name) = @_; return "$FOLDER/$name" }

sub text { my ($name) = @_; return Bookable::File::slurp(file($name)) }

# A file for a server, which may write to it.
sub write_file
{
    my ($to, $text) = @_;
    Bookable::File::write_file($to, $text, 0600);
    Bookable::Daemon::give_to_nobody($to);
    return $to;
}

# A copy with some texts replaced, each of which has to be there.
sub copy
{
    my ($name, $to, %replaced) = @_;
    my $text = text($name);
    for my $old (keys %replaced) {
        $text =~ s/\Q$old\E/$replaced{$old}/g or die file($name) . ": there is no $old\n";
    }
    return write_file($to, $text);
}

# NAME=VALUE lines, with other values, of names that all have to be there: for %ENV.
sub environment
{
    my ($name, %other) = @_;
    my %is = map { /^(\w+)=(.*)$/ ? ($1 => $2) : () } split /\n/, text($name);
    exists $is{$_} or die file($name) . ": there is no $_\n" for keys %other;
    return (%is, %other);
}

1;
