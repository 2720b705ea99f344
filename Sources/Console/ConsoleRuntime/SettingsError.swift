import Canvas

/// A setting that means nothing, and what to do about it.
package enum SettingsError: Error, Equatable, Sendable, CustomStringConvertible {
    case unknownTheme(String, known: [String])
    /// There is a file of that name, but it is no theme; `problem` is a sentence that says why.
    case brokenTheme(String, problem: String, known: [String])

    package var description: String {
        switch self {
        case .unknownTheme(let name, let known):
            "There is no theme \(name). Choose one of \(known.joined(separator: ", ")), or put "
                + "\(name).theme into ~/.config/queuetop/themes."
        case .brokenTheme(let name, let problem, let known):
            "The theme \(name) cannot be shown. \(problem) Correct the file, or choose one of "
                + "\(known.joined(separator: ", "))."
        }
    }
}

extension ThemeLibrary {
    /// The theme to start with.
    ///
    /// - Parameter wanted: Its name; nil takes the first one.
    /// - Throws: ``SettingsError`` when it does not exist, or when its file is no theme.
    package func theme(_ wanted: String?) throws(SettingsError) -> Theme {
        let name = wanted ?? self.names.first ?? ""
        if let theme = self.theme(named: name) { return theme }
        if let problem = self.problems.last(where: { $0.name == name }) {
            throw .brokenTheme(name, problem: problem.sentence, known: self.names)
        }
        throw .unknownTheme(name, known: self.names)
    }
}
