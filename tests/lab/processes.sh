# SPDX-License-Identifier: GPL-3.0-or-later
# shellcheck shell=bash
# Starting daemons detached, and stopping exactly those.

# spawn LOGFILE COMMAND…: runs it in a session of its own, tied to nothing of ours; SPAWNED is its process id.
spawn()
{
    local out=$1
    shift
    # A daemon that inherits a pipe of the caller keeps the caller waiting for its end: close whatever is open.
    (
        for fd in /proc/self/fd/*; do
            fd=${fd##*/}
            [ "$fd" -le 2 ] || eval "exec $fd>&-" 2>/dev/null || true
        done
        exec setsid "$@"
    ) </dev/null >>"$out" 2>&1 &
    # shellcheck disable=SC2034
    SPAWNED=$!
    disown
}

# alive PID: exists and is not a zombie (in containers nobody may collect those).
alive()
{
    local stat=''
    # Without a process of its own: asked for hundreds of them. The state follows the name in parentheses.
    read -r stat 2>/dev/null <"/proc/$1/stat" || true
    stat=${stat##*) }
    [[ -n $stat && $stat != Z* ]]
}

# is_ours PID MARKER: alive, and its command line names our folder. Process ids are reused.
is_ours()
{
    [ -n "$1" ] && alive "$1" && tr '\0' '\n' <"/proc/$1/cmdline" 2>/dev/null | grep -qF -- "$2"
}

# tree PID: the process and all below it.
tree()
{
    ps -e -o pid= -o ppid= | awk -v root="$1" '
        { parent[$1] = $2 }
        END {
            for (pid in parent) {
                for (p = pid; p in parent && p != root && p > 1; p = parent[p]) { }
                if (p == root) print pid
            }
        }'
}

# stop_tree PID MARKER: asks the daemon to end, waits until it and all its children have, ends what is left by force.
stop_tree()
{
    is_ours "$1" "$2" || return 0
    local all pid left i
    all=$(tree "$1")
    kill -TERM "$1"
    for ((i = 0; i < 100; i++)); do
        left=''
        for pid in $all; do
            if alive "$pid"; then
                left+=" $pid"
            fi
        done
        [ -n "$left" ] || return 0
        # A daemon lets its children finish by themselves; half a second is enough for that here.
        if [ $i -ge 6 ]; then
            for pid in $left; do
                kill -"$([ $i -ge 40 ] && echo KILL || echo TERM)" "$pid" 2>/dev/null || true
            done
        fi
        sleep 0.05
    done
    fail "processes$left of $2 do not end"
}
