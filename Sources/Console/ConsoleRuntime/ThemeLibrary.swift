import Canvas
import Glibc
import Screens
import Themes

/// All themes there are: the built-in ones, and a person's own, which win.
package struct ThemeLibrary: Sendable {
    /// In the order of the picker.
    package private(set) var names: [String] = []
    /// The files that were left out.
    package private(set) var problems: [ThemeProblem] = []
    private var themes: [String: Theme] = [:]

    /// Bytes of a theme file; btop's own have about 3,000.
    private static let fileBytesMax = 65_536
    private static let suffix = ".theme"

    /// Reads the built-in themes, and those in these folders; an earlier folder wins.
    package init(directories: [String]) {
        for theme in BundledThemes.all { self.add(theme.text, as: theme.name, from: theme.name) }
        for directory in directories.reversed() {
            for file in Self.files(in: directory) {
                let path = "\(directory)/\(file)"
                let name = String(file.dropLast(Self.suffix.count))
                guard let text = Self.contents(of: path) else {
                    self.leaveOut(name, because: "\(path) is not used: it cannot be read as text.")
                    continue
                }
                self.add(text, as: name, from: path)
            }
        }
    }

    /// The theme of that name; nil when there is none.
    package func theme(named name: String) -> Theme? { self.themes[name] }

    private mutating func add(_ text: String, as name: String, from source: String) {
        do {
            self.themes[name] = try Theme(parsing: text, name: name)
            if !self.names.contains(name) { self.names.append(name) }
        } catch {
            self.leaveOut(name, because: "\(source) is not used: \(error)")
        }
    }

    private mutating func leaveOut(_ name: String, because problem: String) {
        self.problems.append(ThemeProblem(name: name, sentence: problem))
    }

    private static func files(in directory: String) -> [String] {
        guard let handle = opendir(directory) else { return [] }
        defer { closedir(handle) }
        var names: [String] = []
        while let entry = readdir(handle) {
            let name = withUnsafePointer(to: &entry.pointee.d_name) {
                $0.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
            }
            if name.hasSuffix(Self.suffix), name.utf8.count > Self.suffix.utf8.count {
                names.append(name)
            }
        }
        return names.sorted()
    }

    private static func contents(of path: String) -> String? {
        let file = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
        guard file >= 0 else { return nil }
        defer { close(file) }
        var bytes = [UInt8](repeating: 0, count: Self.fileBytesMax)
        var count = 0
        while count < bytes.count {
            let got = bytes.withUnsafeMutableBytes {
                read(file, $0.baseAddress?.advanced(by: count), $0.count - count)
            }
            guard got >= 0 else { return nil }
            if got == 0 { break }
            count += got
        }
        return String(validating: bytes.prefix(count), as: UTF8.self)
    }
}
