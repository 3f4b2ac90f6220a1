package Bench::Plot;

# Pictures by gnuplot, as SVG.

use strict;
use warnings FATAL => 'all';

use Exporter 'import';

our @EXPORT_OK = qw(bars);

# Bars in groups, with a value above each: lines and commands for draw().
#   groups   their names, in order
#   series   { title, values => [one for each group; undef: none], text => [what stands above; else the value],
#            color (of gnuplot: a number, or rgb "#bbbbbb") }
sub bars
{
    my (%bars) = @_;
    my @groups = @{ $bars{groups} };
    my @series = @{ $bars{series} };
    my $width = 0.8 / @series;
    my @lines;
    for my $s (0 .. $#series) {
        my %of = %{ $series[$s] };
        my @points = map {
            my $value = $of{values}[$_];
            my $x = $_ + ($s - $#series / 2) * $width;
            defined $value ? [ $x, $value, $width, '"' . ($of{text} ? $of{text}[$_] : $value) . '"' ] : ()
        } 0 .. $#groups;
        my $color = $of{color} // $s + 1;
        push @lines,
            { title => $of{title}, with => "boxes lc $color", using => '1:2:3', points => \@points },
            { with => 'labels offset 0,0.5 font ",9"', using => '1:2:4', points => \@points };
    }
    return (
        lines => \@lines,
        commands => [
            'set style fill solid',
            'set yrange [0:*]',
            'set offsets 0,0,graph 0.08,0',
            'set xrange [-0.6:' . ($#groups + 0.6) . ']',
            'set xtics (' . join(', ', map { qq("$groups[$_]" $_) } 0 .. $#groups) . ')',
            @{ $bars{commands} || [] }
        ]
    );
}

# file      to write
# title, x, y  what the axes are
# commands  of gnuplot, before the plot
# lines     [ { title, with, points => [[x, y, ...], ...], using } ], each a curve or a set of boxes
sub draw
{
    my (%plot) = @_;
    my $text = _head(%plot);
    my (@data, @parts);
    for my $line (@{ $plot{lines} }) {
        my $name = '$d' . @parts;
        push @data, "$name << END\n" . join('', map { "@$_\n" } @{ $line->{points} }) . "END\n";
        my $using = $line->{using} // '1:2';
        push @parts,
            "$name using $using with "
            . ($line->{with} // 'linespoints')
            . (defined $line->{title} ? qq( title "$line->{title}") : ' notitle');
    }
    open my $out, '|-:utf8', 'gnuplot' or die "gnuplot: $!\n";
    print {$out} @data, $text, 'plot ', join(', ', @parts), "\n";
    close $out or die "gnuplot fails on $plot{file}\n";
    return;
}

sub _head
{
    my (%plot) = @_;
    my $commands = join '', map { "$_\n" } @{ $plot{commands} || [] };
    return <<"END";
set encoding utf8
set terminal svg size 720,400 noenhanced font "sans,12" background rgb "white"
set output "$plot{file}"
set title "$plot{title}"
set xlabel "$plot{x}"
set ylabel "$plot{y}"
set grid ytics lc rgb "#dddddd"
set key outside right top
set border 3
set tics nomirror
$commands
END
}

1;
