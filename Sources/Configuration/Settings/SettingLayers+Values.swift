import Messaging

/// Reads each setting as what it means, or says what is allowed.
extension SettingLayers {
    func port(_ key: SettingKey) throws(SettingProblem) -> UInt16? {
        try self.value(key, "a port from 0 (any free one) to 65535") { text in
            ValueText.count(text).flatMap { UInt16(exactly: $0) }
        }
    }

    func count(_ key: SettingKey, _ range: ClosedRange<Int>) throws(SettingProblem) -> Int? {
        try self.value(key, "a number from \(range.lowerBound) to \(range.upperBound)") { text in
            ValueText.count(text).flatMap { range.contains($0) ? $0 : nil }
        }
    }

    func bytes(
        _ key: SettingKey, _ range: ClosedRange<Int> = 1...Int.max
    ) throws(SettingProblem) -> Int? {
        let limits =
            range.upperBound == Int.max
            ? "" : ", from \(range.lowerBound) to \(range.upperBound) bytes"
        return try self.value(key, "a number of bytes, such as 512MiB\(limits)") { text in
            ValueText.bytes(text).flatMap { range.contains($0) ? $0 : nil }
        }
    }

    func milliseconds(
        _ key: SettingKey, max: Int64, _ note: String = ""
    ) throws(SettingProblem) -> Int64? {
        try self.value(key, "a time, such as 500ms, 3s or 30m, up to \(max) ms\(note)") { text in
            ValueText.milliseconds(text).flatMap { $0 <= max ? $0 : nil }
        }
    }

    /// The name of a file, a directory or a host: anything but nothing.
    func name(_ key: SettingKey, _ what: String) throws(SettingProblem) -> String? {
        try self.value(key, what) { $0.isEmpty ? nil : $0 }
    }

    func flag(_ key: SettingKey) throws(SettingProblem) -> Bool? {
        try self.value(key, "true or false") { ValueText.flag($0) }
    }

    func choice<Choice: RawRepresentable & CaseIterable>(
        _ key: SettingKey, _ type: Choice.Type
    ) throws(SettingProblem) -> Choice? where Choice.RawValue == String {
        let known = Choice.allCases.map(\.rawValue).joined(separator: ", ")
        return try self.value(key, known) { Choice(rawValue: $0) }
    }

    private func value<Value>(
        _ key: SettingKey, _ allowed: String, _ read: (String) -> Value?
    ) throws(SettingProblem) -> Value? {
        guard let found = self.text(key) else { return nil }
        guard let value = read(found.text) else {
            throw .wrongValue(key.rawValue, found.place, given: found.text, allowed: allowed)
        }
        return value
    }
}
