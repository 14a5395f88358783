# SPDX-FileCopyrightText: 2026 bbcu-fpga contributors
# SPDX-License-Identifier: MIT
# What both stand-ins share: options are checked, and the script runs as the tool would run it.

# Sort arguments by a table {-name number-of-values}; returns a dictionary, positional ones under "".
proc options {allowed arguments} {
    set found [dict create "" {}]
    for {set i 0} {$i < [llength $arguments]} {incr i} {
        set word [lindex $arguments $i]
        if {![regexp {^-[a-zA-Z]} $word]} {
            dict lappend found "" $word
        } elseif {![dict exists $allowed $word]} {
            error "unknown option '$word'"
        } elseif {[dict get $allowed $word] == 0} {
            dict set found $word 1
        } else {
            incr i
            if {$i >= [llength $arguments]} { error "option '$word' has no value" }
            dict set found $word [lindex $arguments $i]
        }
    }
    return $found
}

proc option {found name {default ""}} {
    if {[dict exists $found $name]} { return [dict get $found $name] }
    return $default
}

proc must_be_file {path} {
    if {![file isfile $path]} { error "no such file: $path" }
}

proc must_be_folder {path} {
    if {![file isdirectory $path]} { error "no such folder: $path" }
}

proc read_text {path} {
    must_be_file $path
    set channel [open $path]
    set text [read $channel]
    close $channel
    return $text
}

proc write_text {path text} {
    file mkdir [file dirname $path]
    set channel [open $path w]
    puts -nonewline $channel $text
    close $channel
}

# An IP as this stand-in understands it: its name, and a line per interface {name mode width}.
proc write_component {path vlnv interfaces} {
    set text "<spirit:component>\n<spirit:fileSet>\n</spirit:fileSet>\n<!-- vlnv $vlnv -->\n"
    foreach interface $interfaces { append text "<!-- interface $interface -->\n" }
    write_text $path "$text</spirit:component>\n"
}

# Execute a script; like the tools, end with status 1 and an ERROR line if it fails.
proc execute {script} {
    must_be_file $script
    if {[catch {uplevel #0 [list source $script]} message]} {
        puts "ERROR: \[Common 17-39\] $message"
        exit 1
    }
}
