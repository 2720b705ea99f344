/// Looks whether the data of a broker that does not run can be opened, and changes nothing.
///
/// It reads what a start reads first, of each file its beginning; that the rest is whole only the
/// start finds out.
package enum DataCheck {
    /// - Returns: Whether there is anything.
    /// - Throws: What a start would say.
    package static func look(at path: String) throws(StoreError) -> Bool {
        try Self.look(at: PosixDisk(path))
    }

    /// The same of a disk.
    package static func look(at disk: any Disk) throws(StoreError) -> Bool {
        let names = try onDisk { () throws(DiskError) in try disk.list() }
        try Recovery.requireRoot(among: names)
        try DefinitionStore.checkVersion(on: disk, among: names)
        guard names.contains(RootFile.name) else { return false }
        let root = try Recovery.readRoot(disk).root
        for segment in root.segments { _ = try Recovery.openSegment(segment, on: disk) }
        for number in try Recovery.logs(among: names, of: root) {
            _ = try Recovery.header(number, on: disk)
        }
        return true
    }
}
