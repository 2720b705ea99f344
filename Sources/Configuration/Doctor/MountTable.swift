/// What is mounted where, as `/proc/self/mountinfo` lists it (proc(5)).
///
/// ```
/// 36 35 98:0 /mnt1 /mnt2 rw,noatime master:1 - ext3 /dev/root rw
///                  place                       kind
/// ```
package struct MountTable {
    private let mounts: [(place: String, kind: String)]

    package init(_ lines: [Substring]) {
        self.mounts = lines.compactMap { line in
            let words = line.split(separator: " ").map(String.init)
            guard words.count > 4, let dash = words.firstIndex(of: "-"), dash + 1 < words.count
            else { return nil }
            return (Self.unescaped(words[4]), words[dash + 1])
        }
    }

    /// The kind of the file system that a path is on; nil when none is listed.
    ///
    /// - Parameter path: Absolute, without links in it.
    package func kind(of path: String) -> String? {
        // Of two at one place the later one lies over the other.
        self.mounts.reversed().filter { Self.contains($0.place, path) }.max {
            $0.place.utf8.count < $1.place.utf8.count
        }?.kind
    }

    private static func contains(_ place: String, _ path: String) -> Bool {
        place == "/" || path == place || path.hasPrefix(place + "/")
    }

    /// Blanks in names are written as `\\040`.
    private static func unescaped(_ name: String) -> String {
        name.replacing("\\040", with: " ")
    }
}
