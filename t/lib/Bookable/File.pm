package Bookable::File;

# Files as a test reads and writes them, as a whole, in bytes.

use strict;
use warnings FATAL => 'all';

use Exporter 'import';

our @EXPORT_OK = qw(slurp slurp_if write_file);

sub slurp { my ($file) = @_; open my $in, '<', $file or die "$file: $!\n"; local $/; return <$in> }

# The same of a file that may be missing: then it is ''.
sub slurp_if { my ($file) = @_; open my $in, '<', $file or return ''; local $/; return <$in> // '' }

# mode: of a file that holds a secret. @return the file
sub write_file
{
    my ($file, $text, $mode) = @_;
    open my $out, '>', $file or die "$file: $!\n";
    !defined $mode or chmod $mode, $file or die "$file: $!\n";
    print {$out} $text;
    close $out or die "$file: $!\n";
    return $file;
}

1;
